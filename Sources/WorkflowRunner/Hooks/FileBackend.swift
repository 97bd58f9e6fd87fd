import ConfigCore

/// Where MMCV's file clients write; ours write to disk.
enum FileBackend {
    /// Takes `file_client_args` and `backend_args` where they name the disk, and refuses other backends.
    static func check(_ reader: inout ConfigReader) throws {
        for key in ["file_client_args", "backend_args"] {
            try reader.nested(key) { arguments in
                let backend = try arguments.value("backend", default: "disk")
                guard ["disk", "local"].contains(backend) else {
                    throw arguments.failure(
                        "backend", "\"\(backend)\" is not a known file backend",
                        remedy: "known: disk")
                }
            }
        }
    }
}
