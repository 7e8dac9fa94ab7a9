// Tells open pages of this process that something changed, so that a wall screen or a kiosk asks again within a second.
import { setMaxListeners, EventEmitter } from 'node:events';

const bus = new EventEmitter();
setMaxListeners(0, bus);

/** After the commit of what changed; `topic` is the word of a capability: `queue`, `stations`. */
export function announce(topic: string): void {
  bus.emit('change', topic);
}

/** Hears every change until the returned function is called. `ended` comes when the server closes. */
export function onChange(heard: (topic: string) => void, ended: () => void): () => void {
  bus.on('change', heard);
  bus.on('end', ended);
  return () => {
    bus.off('change', heard);
    bus.off('end', ended);
  };
}

/** Open streams end, so that the server can. */
export function endStreams(): void {
  bus.emit('end');
}
