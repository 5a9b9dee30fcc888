import './tablet/worker.js'
