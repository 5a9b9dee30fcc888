import { keying } from './paper_keying.js'
import { layOut } from './paper_pages.js'

layOut()
keying()
