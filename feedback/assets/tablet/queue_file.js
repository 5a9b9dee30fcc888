// The queue as a file that staff can load on the event's page: as locked as it is here.
import { now } from './service.js'

export const queueFile = (device, items) => ({
  format: 'safe-city-feedback queue 1',
  device: device.device,
  event: device.event.code,
  site: location.origin,
  exported_at: new Date(now()).toISOString(),
  items,
})
