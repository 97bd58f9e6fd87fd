internal import CZip

// Every call into libzip is in this file.

/// A zip archive opened for reading.
@safe
struct ZipReader: ~Copyable {
    private let archive: OpaquePointer
    private let fileSize: Int
    // Torch stores records as they are, each once, so all of them together are no larger than
    // the file. Counting down stops an archive whose directory names one record many times.
    private var unread: Int

    init(path: String, fileSize: Int) throws(FileProblem) {
        var code: Int32 = 0
        guard let archive = unsafe zip_open(path, ZIP_RDONLY, &code) else {
            let problem =
                code == ZIP_ER_NOZIP
                ? "the archive's end is missing" : "cannot read: \(ZipFailure(code: code))"
            throw FileProblem(problem, remedy: Remedy.damaged)
        }
        unsafe self.archive = archive
        self.fileSize = fileSize
        unread = fileSize
    }

    deinit {
        unsafe zip_discard(archive)
    }

    /// The names of the records, in the order of the archive's directory.
    var names: [String] {
        let count = unsafe zip_get_num_entries(archive, 0)
        return (0..<max(count, 0)).compactMap { index in
            unsafe zip_get_name(archive, zip_uint64_t(index), 0).map { unsafe String(cString: $0) }
        }
    }

    /// The bytes of a record.
    mutating func bytes(_ name: String) throws(FileProblem) -> [UInt8] {
        let (index, size) = try locate(name)
        var failure: FileProblem?
        let bytes = unsafe [UInt8](unsafeUninitializedCapacity: size) { buffer, count in
            failure = unsafe read(
                index, name,
                into: UnsafeMutableRawBufferPointer(
                    rebasing: UnsafeMutableRawBufferPointer(buffer)[..<size]))
            count = failure == nil ? size : 0
        }
        if let failure {
            throw failure
        }
        return bytes
    }

    /// A record as single-precision numbers, read straight into their array.
    mutating func floats(_ name: String) throws(FileProblem) -> [Float] {
        let (index, size) = try locate(name)
        let length = size / MemoryLayout<Float>.size
        guard length * MemoryLayout<Float>.size == size else {
            throw FileProblem(
                "holds \(size) bytes, which are no float32 numbers", at: name,
                remedy: Remedy.damaged)
        }
        var failure: FileProblem?
        let values = unsafe [Float](unsafeUninitializedCapacity: length) { buffer, count in
            failure = unsafe read(
                index, name,
                into: UnsafeMutableRawBufferPointer(
                    rebasing: UnsafeMutableRawBufferPointer(buffer)[..<size]))
            count = failure == nil ? length : 0
        }
        if let failure {
            throw failure
        }
        return values
    }

    /// Finds a record and counts its size against what the file can hold.
    private mutating func locate(_ name: String) throws(FileProblem) -> (zip_uint64_t, Int) {
        let index = unsafe zip_name_locate(archive, name, 0)
        guard index >= 0 else {
            throw FileProblem("the record is missing", at: name, remedy: Remedy.damaged)
        }
        var status = unsafe zip_stat_t()
        let code = unsafe zip_stat_index(archive, zip_uint64_t(index), 0, &status)
        let known = zip_uint64_t(ZIP_STAT_SIZE | ZIP_STAT_COMP_METHOD)
        guard code == 0, unsafe status.valid & known == known else {
            throw FileProblem("the record has no size", at: name, remedy: Remedy.damaged)
        }
        guard unsafe Int32(status.comp_method) == ZIP_CM_STORE else {
            throw FileProblem(
                "the record is compressed, which torch.save never does", at: name,
                remedy: Remedy.saveAgain)
        }
        guard let size = unsafe Int(exactly: status.size), size <= unread else {
            throw FileProblem(
                "the record's size of \(unsafe status.size) bytes does not fit a file of \(fileSize) bytes",
                at: name, remedy: Remedy.damaged)
        }
        unread -= size
        return (zip_uint64_t(index), size)
    }

    /// Fills `buffer` with a record, then reads to its end, which is where libzip compares the checksum.
    private func read(
        _ index: zip_uint64_t, _ name: String, into buffer: UnsafeMutableRawBufferPointer
    ) -> FileProblem? {
        guard let file = unsafe zip_fopen_index(archive, index, 0) else {
            return unsafe problem(zip_get_error(archive), at: name)
        }
        defer { unsafe zip_fclose(file) }
        var filled = 0
        while filled < buffer.count {
            let rest = unsafe UnsafeMutableRawBufferPointer(rebasing: buffer[filled...])
            let count = unsafe zip_fread(file, rest.baseAddress, zip_uint64_t(rest.count))
            guard count >= 0 else {
                return unsafe problem(zip_file_get_error(file), at: name)
            }
            guard count > 0 else {
                return FileProblem("the record is cut off", at: name, remedy: Remedy.damaged)
            }
            filled += Int(count)
        }
        var beyond: UInt8 = 0
        guard unsafe zip_fread(file, &beyond, 1) == 0 else {
            return unsafe problem(zip_file_get_error(file), at: name)
        }
        return nil
    }

    private func problem(_ error: UnsafeMutablePointer<zip_error_t>?, at name: String)
        -> FileProblem
    {
        let code = unsafe error.map { unsafe zip_error_code_zip($0) } ?? ZIP_ER_INTERNAL
        if code == ZIP_ER_CRC {
            return FileProblem("the record's checksum is wrong", at: name, remedy: Remedy.damaged)
        }
        return FileProblem(
            "cannot read: \(unsafe ZipFailure(error))", at: name, remedy: Remedy.damaged)
    }
}

/// One record of an archive that is being written.
struct ZipRecord {
    let name: String
    let storage: TorchStorage
}

enum ZipWriter {
    /// Every record's content starts at a multiple of this, as torch's own files do, so that
    /// `torch.load(mmap=True)` can map it.
    static let alignment = 64

    /// The id of torch's padding field.
    private static let paddingField: zip_uint16_t = 0x4246

    /// Writes the records, uncompressed, to a new file; equal records give equal bytes.
    static func write(_ records: [ZipRecord], to path: String) throws(FileProblem) {
        var code: Int32 = 0
        guard let archive = unsafe zip_open(path, ZIP_CREATE | ZIP_TRUNCATE, &code) else {
            throw FileProblem("cannot write: \(ZipFailure(code: code))")
        }
        var end = 0
        for record in records {
            guard unsafe add(record, to: archive, at: &end) else {
                let failure = unsafe ZipFailure(zip_get_error(archive))
                unsafe zip_discard(archive)
                throw FileProblem("cannot write: \(failure)", at: record.name)
            }
        }
        guard unsafe zip_close(archive) == 0 else {
            let failure = unsafe ZipFailure(zip_get_error(archive))
            unsafe zip_discard(archive)
            throw FileProblem("cannot write: \(failure)")
        }
    }

    private static func add(_ record: ZipRecord, to archive: OpaquePointer, at end: inout Int)
        -> Bool
    {
        let content = unsafe Unmanaged.passRetained(RecordContent(record.storage))
        guard
            let source = unsafe zip_source_function(archive, readRecordContent, content.toOpaque())
        else {
            unsafe content.release()
            return false
        }
        let index = unsafe zip_file_add(archive, record.name, source, zip_flags_t(ZIP_FL_ENC_UTF_8))
        guard index >= 0 else {
            unsafe zip_source_free(source)
            return false
        }
        let entry = zip_uint64_t(index)
        let padding = padding(record, at: end)
        end += padding.headerSize + padding.bytes.count + record.storage.byteCount
        // 1980-01-01, the first day a zip archive knows: equal content gives equal bytes.
        return unsafe zip_set_file_compression(archive, entry, ZIP_CM_STORE, 0) == 0
            && zip_file_set_dostime(archive, entry, 0, 0x21, 0) == 0
            && zip_file_extra_field_set(
                archive, entry, paddingField, zip_uint16_t(ZIP_EXTRA_FIELD_NEW), padding.bytes,
                zip_uint16_t(padding.bytes.count), zip_flags_t(ZIP_FL_LOCAL)) == 0
    }

    /// The padding that brings a record's content, whose header starts at `offset`, to the alignment.
    private static func padding(_ record: ZipRecord, at offset: Int) -> (
        headerSize: Int, bytes: [UInt8]
    ) {
        let localHeader = 30
        let fieldHeader = 4
        // Records of 4 GB and more carry their sizes in a field of their own.
        let largeSizes = record.storage.byteCount >= 0xFFFF_FFFF ? fieldHeader + 16 : 0
        let headerSize = localHeader + record.name.utf8.count + largeSizes + fieldHeader
        let beyond = (offset + headerSize) % alignment
        let count = beyond == 0 ? 0 : alignment - beyond
        return (headerSize, [UInt8](repeating: UInt8(ascii: "Z"), count: count))
    }
}

/// The content of a record while libzip copies it to the file, chunk by chunk.
private final class RecordContent {
    private let storage: TorchStorage
    private var position = 0

    init(_ storage: TorchStorage) {
        self.storage = storage
    }

    var byteCount: Int { storage.byteCount }

    func rewind() {
        position = 0
    }

    func read(into buffer: UnsafeMutableRawBufferPointer) -> Int {
        let count =
            switch storage.contents {
            case .floats(let values):
                unsafe values.withUnsafeBytes { unsafe copy($0, into: buffer) }
            case .bytes(let bytes): unsafe bytes.withUnsafeBytes { unsafe copy($0, into: buffer) }
            }
        position += count
        return count
    }

    private func copy(_ all: UnsafeRawBufferPointer, into buffer: UnsafeMutableRawBufferPointer)
        -> Int
    {
        let chunk = unsafe all[position...].prefix(buffer.count)
        unsafe buffer.copyMemory(from: UnsafeRawBufferPointer(rebasing: chunk))
        return unsafe chunk.count
    }
}

/// Answers libzip's questions about a record that is being added.
private func readRecordContent(
    _ state: UnsafeMutableRawPointer?, _ data: UnsafeMutableRawPointer?, _ length: zip_uint64_t,
    _ command: zip_source_cmd_t
) -> zip_int64_t {
    guard let state = unsafe state else {
        return -1
    }
    let content = unsafe Unmanaged<RecordContent>.fromOpaque(state)
    switch command {
    case ZIP_SOURCE_OPEN:
        unsafe content.takeUnretainedValue().rewind()
        return 0
    case ZIP_SOURCE_READ:
        let buffer = unsafe UnsafeMutableRawBufferPointer(start: data, count: Int(length))
        return unsafe zip_int64_t(content.takeUnretainedValue().read(into: buffer))
    case ZIP_SOURCE_CLOSE:
        return 0
    case ZIP_SOURCE_STAT:
        guard let status = unsafe data?.assumingMemoryBound(to: zip_stat_t.self) else {
            return -1
        }
        unsafe zip_stat_init(status)
        unsafe status.pointee.size = zip_uint64_t(content.takeUnretainedValue().byteCount)
        unsafe status.pointee.comp_size = status.pointee.size
        unsafe status.pointee.comp_method = zip_uint16_t(ZIP_CM_STORE)
        unsafe status.pointee.valid = zip_uint64_t(
            ZIP_STAT_SIZE | ZIP_STAT_COMP_SIZE | ZIP_STAT_COMP_METHOD)
        return unsafe zip_int64_t(MemoryLayout<zip_stat_t>.size)
    case ZIP_SOURCE_FREE:
        unsafe content.release()
        return 0
    default:
        return -1
    }
}

/// The text of a libzip error: the system's own where there is one, such as a full disk.
private struct ZipFailure: CustomStringConvertible {
    let description: String

    init(code: Int32) {
        var error = unsafe zip_error_t()
        unsafe zip_error_init_with_code(&error, code)
        unsafe self.init(&error)
        unsafe zip_error_fini(&error)
    }

    init(_ error: UnsafeMutablePointer<zip_error_t>?) {
        guard let error = unsafe error else {
            description = "unknown error"
            return
        }
        if unsafe zip_error_system_type(error) == ZIP_ET_SYS {
            description = systemMessage(unsafe zip_error_code_system(error))
        } else {
            description = unsafe String(cString: zip_error_strerror(error))
        }
    }
}
