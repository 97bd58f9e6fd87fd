/// A buffer of a device's pool; it goes back when the last tensor in it is gone.
@safe
final class Storage {
    let device: Device
    let pointer: UnsafeMutableRawPointer
    private let sizeNumber: Int

    init(_ device: Device, bytes: Int) {
        self.device = device
        unsafe (pointer, sizeNumber) = device.pool.take(bytes)
    }

    deinit { unsafe device.pool.give(pointer, sizeNumber) }
}
