import Foundation
import Testing
import TorchFile

/// Pickles in the format before zip files, where they are bytes one can write down.
@Suite("no file crashes or hangs the reader") struct HostileFileTests {
    @Test("hostile pickle", arguments: HostilePickle.all)
    func hostilePickle(_ pickle: HostilePickle) throws {
        try withTemporaryFolder { folder in
            let path = folder + "/hostile.pth"
            try Data(pickle.file).write(to: URL(filePath: path))
            let error = #expect(throws: CheckpointError.self) { _ = try TorchFile.read(path: path) }
            #expect(error?.description == "\(path): \(pickle.message)")
        }
    }

    @Test("values of MMEngine and NumPy are read as plain values and inert objects")
    func inertValues() throws {
        let value = try TorchFile.read(path: FileCase.folder + "history_buffer.pth")
        let buffer = try #require(value["h"])
        guard case .object(let object) = buffer else {
            Issue.record("\(buffer)")
            return
        }
        #expect(object.className == "mmengine.logging.history_buffer.HistoryBuffer")
        #expect(object.state?["max_length"]?.int == 1_000_000)
        #expect(try object.state?["_log_history"]?.tensor?.doubleValues() == [1, 2])
        #expect(try object.state?["_count_history"]?.tensor?.int64Values() == [1, 1])
        #expect(value["n"]?.double == 2.5)
        guard case .bytes(let bytes)? = value["b"], case .set(let elements)? = value["s"] else {
            Issue.record("\(value)")
            return
        }
        #expect(bytes == [0x61, 0x62, 0xFF])
        #expect(elements.map(\.int) == [1, 2])
    }

    @Test("damaged copies of every file", arguments: try FileCase.all())
    func damagedCopies(_ fixture: FileCase) throws {
        let original = FileManager.default.contents(atPath: fixture.path).map(Array.init) ?? []
        guard !original.isEmpty else { return }
        try withTemporaryFolder { folder in
            let path = folder + "/damaged.pth"
            var state = UInt64(original.count)
            func random(_ bound: Int) -> Int {
                state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
                return Int(state >> 33) % bound
            }
            for round in 0..<300 {
                var bytes = original
                if round < 60 {
                    bytes.removeLast(random(bytes.count) + 1)
                } else {
                    for _ in 0...random(4) {
                        bytes[random(bytes.count)] = UInt8(random(256))
                    }
                }
                try Data(bytes).write(to: URL(filePath: path))
                // An error or a value, as the damage wants it; the test is that it comes back.
                let value = try? TorchFile.read(path: path)
                _ = try? value?.tensor?.doubleValues()
            }
        }
    }

    @Test("files of other kinds", arguments: ForeignFile.all)
    func otherKinds(_ foreign: ForeignFile) throws {
        try withTemporaryFolder { folder in
            let path = folder + "/foreign"
            try Data(foreign.bytes).write(to: URL(filePath: path))
            let error = #expect(throws: CheckpointError.self) { _ = try TorchFile.read(path: path) }
            #expect(error?.description == "\(path): \(foreign.message)")
            let missing = #expect(throws: CheckpointError.self) {
                _ = try TorchFile.read(path: path + ".pth")
            }
            #expect(missing?.description == "\(path).pth: cannot read: No such file or directory")
            let directory = #expect(throws: CheckpointError.self) {
                _ = try TorchFile.read(path: folder)
            }
            #expect(directory?.description == "\(folder): cannot read: it is a folder")
        }
    }
}

struct ForeignFile: Sendable {
    let bytes: [UInt8]
    let message: String

    static let all = [
        ForeignFile(
            bytes: Array("version https://git-lfs.github.com/spec/v1\noid sha256:0\n".utf8),
            message:
                "not a PyTorch file: it is a Git LFS pointer, not the file itself; run git lfs pull"
        ),
        ForeignFile(
            bytes: [UInt8](repeating: 0, count: 257) + Array("ustar".utf8) + [0],
            message:
                "not a PyTorch file: it is a tar archive; load it in Python and save it again with torch.save"
        ),
        ForeignFile(
            bytes: [0x1F, 0x8B, 8, 0],
            message: "not a PyTorch file: it is compressed with gzip; unpack it first"),
        ForeignFile(
            bytes: [0x80, 2, 0x7D, 0x2E],
            message:
                "not a PyTorch file: it is another Python pickle; load it in Python and save it again with torch.save"
        ),
        ForeignFile(
            bytes: [0x50, 0x4B, 5, 6] + [UInt8](repeating: 0, count: 18),
            message:
                "a zip archive, but not one of torch.save: it has no data.pkl; name a file that torch.save wrote"
        ),
    ]
}

struct HostilePickle: Sendable, CustomStringConvertible {
    let description: String
    let content: [UInt8]
    let message: String

    /// The pickle between the parts that the format puts around it.
    var file: [UInt8] {
        let magic: [UInt8] = [
            0x80, 2, 0x8A, 10, 0x6C, 0xFC, 0x9C, 0x46, 0xF9, 0x20, 0x6A, 0xA8, 0x50, 0x19, 0x2E,
        ]
        let version: [UInt8] = [0x80, 2, 0x4D, 0xE9, 3, 0x2E]
        let system: [UInt8] = [0x80, 2, 0x7D, 0x2E]
        let keys: [UInt8] = [0x80, 2, 0x5D, 0x58, 1, 0, 0, 0, 0x30, 0x61, 0x2E]
        let storage: [UInt8] = [2, 0, 0, 0, 0, 0, 0, 0] + [UInt8](repeating: 0, count: 8)
        let none: [UInt8] = [0x80, 2, 0x5D, 0x2E]
        let namesStorage = content.contains(0x51)
        return magic + version + system + [0x80, 2] + content
            + (namesStorage ? keys + storage : none)
    }

    private static let damaged = "the file is damaged: copy it again or use another checkpoint"
    private static let refused = "which is refused; save a plain state_dict in Python instead"

    /// A tensor of the storage "0" of two float32 numbers.
    private static func tensor(_ offset: String, _ shape: String, _ strides: String) -> [UInt8] {
        Array(
            """
            ctorch._utils\n_rebuild_tensor_v2\n((Vstorage\nctorch\nFloatStorage\nV0\nVcpu\nI2\nNtQ\
            I\(offset)\n(\(shape)t(\(strides)tI00\nNtR.
            """.utf8)
    }

    static let all = [
        HostilePickle(
            description: "a million nested lists",
            content: [UInt8](repeating: 0x5D, count: 1_000_000)
                + [UInt8](repeating: 0x61, count: 999_999) + [0x2E],
            message: "the values are nested more than 500 levels deep"),
        HostilePickle(
            description: "a list that contains itself",
            content: [0x5D, 0x71, 0, 0x68, 0, 0x61, 0x2E],
            message: "a container contains itself"),
        HostilePickle(
            description: "a list whose walk would take for ever",
            // Sixty times: a list of the list before, twice.
            content: [0x5D, 0x71, 0]
                + (0..<60).flatMap { _ in
                    [0x30, 0x5D, 0x28, 0x68, 0, 0x68, 0, 0x65, 0x71, 0] as [UInt8]
                } + [0x2E],
            message: "holds more than 20000000 values"),
        HostilePickle(
            description: "a thousand copies of a long list",
            // A list of 50,000 times None, then list(list) and None behind it, over and over.
            content: Array("(".utf8) + [UInt8](repeating: 0x4E, count: 50_000)
                + Array("lp1\n0".utf8)
                + (0..<1000).flatMap { _ in Array("cbuiltins\nlist\n(g1\ntRNa".utf8) } + [0x2E],
            message: "the pickle takes more than 20000000 steps"),
        HostilePickle(
            description: "a text longer than the file",
            content: [0x58, 0xFF, 0xFF, 0xFF, 0xFF, 0x2E],
            message: "the pickle ends too early; \(damaged)"),
        HostilePickle(
            description: "a length that is negative",
            content: [0x54, 0xFF, 0xFF, 0xFF, 0xFF, 0x2E],
            message: "the pickle ends too early; \(damaged)"),
        HostilePickle(
            description: "an integer of two gigabytes",
            content: [0x8B, 0xFF, 0xFF, 0xFF, 0x7F, 0x2E],
            message: "the pickle has an integer of 2147483647 bytes"),
        HostilePickle(
            description: "an unknown memo", content: [0x6A, 0xFF, 0xFF, 0xFF, 0xFF, 0x2E],
            message: "the pickle has an unknown memo index at byte 31; \(damaged)"),
        HostilePickle(
            description: "a list as a key", content: [0x7D, 0x5D, 0x4E, 0x73, 0x2E],
            message: "a dictionary has a key that is no plain value; \(damaged)"),
        HostilePickle(
            description: "a method of a class",
            content: Array("cbuiltins\ngetattr\n(cos\nsystem\nV__call__\ntR.".utf8),
            message: "the pickle would call builtins.getattr, \(refused)"),
        HostilePickle(
            description: "a function of a package whose classes are kept",
            content: Array("cmmcv.fileio\nload\n(Vx\ntR.".utf8),
            message: "the pickle would call mmcv.fileio.load, \(refused)"),
        HostilePickle(
            description: "a whole model",
            content: Array(
                "ctorchvision.models.resnet\nResNet\n)\u{81}.".unicodeScalars.map {
                    UInt8($0.value)
                }),
            message: "the pickle would call torchvision.models.resnet.ResNet, \(refused)"),
        HostilePickle(
            description: "a negative offset", content: tensor("-1", "I2\n", "I1\n"),
            message:
                "the tensor of shape [2], strides [1] and offset -1 has a negative number; \(damaged)"
        ),
        HostilePickle(
            description: "a shape beyond all numbers",
            content: tensor("0", "I4611686018427387904\nI4\n", "I0\nI0\n"),
            message: "the tensor of shape [4611686018427387904, 4] is too large; \(damaged)"),
        HostilePickle(
            description: "strides beyond all numbers",
            content: tensor("1", "I3\n", "I9223372036854775807\n"),
            message: "the tensor of shape [3] is too large; \(damaged)"),
        HostilePickle(
            description: "an expanded tensor of terabytes",
            content: tensor("0", "I1000000000000\n", "I0\n"),
            message:
                "the tensor of shape [1000000000000] repeats a storage of 2 elements too often; \(damaged)"
        ),
        HostilePickle(
            description: "a storage of another size",
            content: Array(
                String(decoding: tensor("0", "I2\n", "I1\n"), as: UTF8.self).replacing(
                    "I2\nNtQ", with: "I3\nNtQ"
                ).utf8),
            message: "a storage of 8 bytes should have 3 elements of 4 bytes; \(damaged)"),
    ]
}
