/// What the first bytes of a file say about it.
enum FileKind {
    case zip
    case legacyTorch
    /// Not a file this program reads; the problem says what it looks like.
    case other(FileProblem)

    /// How many bytes are needed to tell.
    static let prefixLength = 512

    init(prefix: [UInt8]) {
        if prefix.starts(with: [0x50, 0x4B, 0x03, 0x04])
            || prefix.starts(with: [0x50, 0x4B, 0x05, 0x06])
        {
            self = .zip
        } else if LegacyFile.hasMagicNumber(prefix) {
            self = .legacyTorch
        } else {
            self = .other(Self.describe(prefix))
        }
    }

    private static func describe(_ prefix: [UInt8]) -> FileProblem {
        func problem(_ kind: String, _ remedy: String) -> FileProblem {
            FileProblem("not a PyTorch file: \(kind)", remedy: remedy)
        }
        if prefix.isEmpty {
            return problem("the file is empty", "use another checkpoint")
        }
        if prefix.starts(with: Array("version https://git-lfs".utf8)) {
            return problem("it is a Git LFS pointer, not the file itself", "run git lfs pull")
        }
        if prefix.count > 262, Array(prefix[257..<262]) == Array("ustar".utf8) {
            return problem("it is a tar archive", Remedy.saveAgain)
        }
        if prefix.starts(with: [0x1F, 0x8B]) {
            return problem("it is compressed with gzip", "unpack it first")
        }
        if prefix.starts(with: [0x89] + Array("HDF".utf8)) {
            return problem("it is an HDF5 file", Remedy.saveAgain)
        }
        if prefix.count > 8, prefix[8] == UInt8(ascii: "{"), prefix[4..<8].allSatisfy({ $0 == 0 }) {
            return problem("it is a safetensors file", Remedy.saveAgain)
        }
        if prefix[0] == 0x80 {
            return problem("it is another Python pickle", Remedy.saveAgain)
        }
        if let start = text(prefix) {
            return problem(
                "it is text that begins \"\(start)\"", "name a file that torch.save wrote")
        }
        return problem("its content is not known", "name a file that torch.save wrote")
    }

    /// The start of the first line, if the file is text.
    private static func text(_ prefix: [UInt8]) -> String? {
        let isText = prefix.allSatisfy { $0 >= 0x20 || $0 == 0x09 || $0 == 0x0A || $0 == 0x0D }
        guard isText else {
            return nil
        }
        let line = prefix.prefix { $0 != 0x0A && $0 != 0x0D }
        return String(decoding: line.prefix(40), as: UTF8.self)
    }
}
