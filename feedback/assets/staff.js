import { focusSummary } from './focus_summary.js'
import { sendOnce } from './send_once.js'

focusSummary()
sendOnce()
