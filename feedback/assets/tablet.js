import './tablet/app.js'
