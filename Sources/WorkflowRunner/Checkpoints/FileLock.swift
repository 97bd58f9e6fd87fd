import Foundation

/// A lock on a file that lasts as long as the object, or the process.
final class FileLock {
    private let descriptor: Int32

    /// Locks a file, making it where there is none; nil where somebody else has it locked.
    ///
    /// Errors: throws where the file cannot be opened.
    init?(path: String) throws {
        descriptor = unsafe open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else {
            throw RunnerError(path, "cannot write: \(SystemError.text(errno))")
        }
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else { return nil }
    }

    /// Runs after an `init` that gave nil, too.
    deinit { if descriptor >= 0 { close(descriptor) } }

    /// Says in the file who holds the lock.
    func write(_ text: String) {
        ftruncate(descriptor, 0)
        let handle = FileHandle(fileDescriptor: descriptor, closeOnDealloc: false)
        try? handle.write(contentsOf: Data(text.utf8))
    }
}

/// What the system says about a failed call.
package enum SystemError {
    /// The system's words for an error's number.
    package static func text(_ code: Int32) -> String {
        unsafe String(cString: strerror(code)).lowercased()
    }

    /// The system's words for what Foundation throws about a file.
    package static func reason(_ error: any Error) -> String {
        guard let underlying = (error as NSError).userInfo[NSUnderlyingErrorKey] as? any Error
        else { return "\(error)" }
        return text(Int32((underlying as NSError).code))
    }
}
