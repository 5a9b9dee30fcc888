import { exclusive } from './exclusive.js'
import { exitPage } from './exit_page.js'
import { focusSummary } from './focus_summary.js'
import { sendOnce } from './send_once.js'

exclusive()
focusSummary()
sendOnce()
exitPage()
