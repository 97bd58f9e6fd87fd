/// A buffer of a device's pool; it goes back when the last tensor in it is gone.
@safe
final class Storage {
    let device: Device
    let pointer: UnsafeMutableRawPointer
    private let size: Int

    init(_ device: Device, bytes: Int) {
        self.device = device
        unsafe (pointer, size) = device.pool.take(bytes)
    }

    deinit { unsafe device.pool.give(pointer, size) }
}
