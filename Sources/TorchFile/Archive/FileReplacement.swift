import Glibc

/// Replaces files so that a reader, a crash or a full disk never sees half of one.
enum FileReplacement {
    /// Lets `write` fill a file with a temporary name beside `path`, then gives it its name.
    ///
    /// Content and folder are synced to the disk. After any failure the temporary file is gone
    /// and a file that had the name before is untouched.
    static func replace(
        _ path: String, _ write: (String) throws(FileProblem) -> Void
    ) throws(FileProblem) {
        let temporary = "\(path).\(getpid()).tmp"
        let signals = FileSizeSignal.block()
        defer { signals.restore() }
        do throws(FileProblem) {
            try write(temporary)
            try sync(temporary)
            guard unsafe rename(temporary, path) == 0 else {
                throw FileProblem("cannot write: \(systemMessage())")
            }
        } catch {
            unsafe _ = unlink(temporary)
            throw error
        }
        // The name itself is lost in a crash until its folder reaches the disk.
        try sync(folder(of: path))
    }

    private static func sync(_ path: String) throws(FileProblem) {
        let file = unsafe open(path, O_RDONLY)
        guard file >= 0 else {
            throw FileProblem("cannot write: \(systemMessage())")
        }
        defer { close(file) }
        // Some file systems do not sync folders and say EINVAL.
        guard fsync(file) == 0 || errno == EINVAL else {
            throw FileProblem("cannot write: \(systemMessage())")
        }
    }

    private static func folder(of path: String) -> String {
        guard let slash = path.lastIndex(of: "/") else {
            return "."
        }
        return slash == path.startIndex ? "/" : String(path[..<slash])
    }
}

/// Keeps a file that grows beyond the process's limit from ending the process: while the
/// signal is blocked the write fails instead, and the failure is reported.
private struct FileSizeSignal {
    private let signal: sigset_t
    private let previous: sigset_t

    static func block() -> FileSizeSignal {
        var signal = sigset_t()
        var previous = sigset_t()
        unsafe sigemptyset(&signal)
        unsafe sigaddset(&signal, SIGXFSZ)
        unsafe pthread_sigmask(SIG_BLOCK, &signal, &previous)
        return FileSizeSignal(signal: signal, previous: previous)
    }

    func restore() {
        var signal = signal
        var previous = previous
        var noWait = timespec(tv_sec: 0, tv_nsec: 0)
        // A signal that arrived meanwhile would be delivered as soon as it is unblocked.
        while unsafe sigtimedwait(&signal, nil, &noWait) == SIGXFSZ {}
        unsafe pthread_sigmask(SIG_SETMASK, &previous, nil)
    }
}

/// The system's text for an error, its latest on this thread unless told otherwise.
func systemMessage(_ code: Int32 = errno) -> String {
    unsafe String(cString: strerror(code))
}
