import Foundation
import Testing
import TorchFile

@Suite("what is written is whole, equal for equal values, and read again") struct WritingTests {
    @Test("every readable file comes back from a copy, and a copy of the copy is equal")
    func copies() throws {
        let readable = try FileCase.all().compactMap { fixture in
            (try? TorchFile.read(path: fixture.path)).map { (fixture, $0) }
        }
        let values = TorchValue.list(readable.map { $0.1 })
        try withTemporaryFolder { folder in
            let first = folder + "/first.pth"
            let second = folder + "/second.pth"
            try TorchFile.write(values, to: first)
            let copy = try TorchFile.read(path: first)
            for ((fixture, value), copied) in zip(readable, try #require(copy.elements)) {
                let content = try #require(fixture.content)
                #expect(Comparison(content, copied).differences == [])
                // The order of entries, which the recording does not tell.
                #expect(copied.description == value.description)
            }
            try TorchFile.write(copy, to: second)
            #expect(bytes(first) == bytes(second))
        }
    }

    @Test("values of every kind")
    func everyKind() throws {
        let weight = TorchTensor(float32: [1, 2, 3, 4, 5, 6], shape: [2, 3])
        var parameter = TorchTensor(
            storage: weight.storage, elementType: .float32, shape: [3, 2], strides: [1, 3],
            offset: 0)
        parameter.isParameter = true
        parameter.requiresGradient = true
        var state = TorchDictionary(
            [("weight", .tensor(weight)), ("transposed", .tensor(parameter))], ordered: true)
        state.attributes = [("_metadata", .dictionary(TorchDictionary([("version", 1)])))]
        var indexed = TorchDictionary()
        indexed[key: 3] = "three"
        indexed[key: .tuple([1, "a"])] = nil
        indexed[key: .tuple([2, "b"])] = 2.5
        let value = TorchValue.dictionary(
            TorchDictionary([
                ("state_dict", .dictionary(state)),
                ("integers", .list([0, 255, 256, -1, -2_147_483_649, .int(.max), .int(.min)])),
                (
                    "big",
                    .list([
                        .bigInteger("18446744073709551615"), .bigInteger("-9223372036854775809"),
                    ])
                ),
                ("doubles", .tuple([0.1, -0.0, .double(.infinity), 1e-308])),
                ("texts", .list(["", "caf\u{e9} \u{2713} \u{1F600}", "line\nbreak"])),
                ("bytes", .bytes([0, 127, 128, 255])),
                ("set", .set([1, "x"])),
                ("others", .list([nil, true, false, .list([]), .tuple([]), .set([]), .bytes([])])),
                ("indexed", .dictionary(indexed)),
                ("steps", .tensor(TorchTensor(int64: [7, -8], shape: [2]))),
                ("scalar", .tensor(TorchTensor(float64: [0.1], shape: []))),
                ("random state", .tensor(TorchTensor(uint8: [1, 2, 3], shape: [3]))),
                ("empty", .tensor(TorchTensor(float32: [], shape: [0, 4]))),
                (
                    "late type",
                    .tensor(
                        TorchTensor(
                            storage: TorchStorage(bytes: [1, 0, 255, 255]), elementType: .uint16,
                            shape: [2], strides: [1], offset: 0))
                ),
            ]))
        try withTemporaryFolder { folder in
            let path = folder + "/everything.pth"
            try TorchFile.write(value, to: path)
            let copy = try TorchFile.read(path: path)
            #expect("\(copy)" == "\(value)")
            let weight = try #require(copy["state_dict"]?["weight"]?.tensor)
            let transposed = try #require(copy["state_dict"]?["transposed"]?.tensor)
            #expect(weight.storage === transposed.storage)
            #expect(try transposed.float32Values() == [1, 4, 2, 5, 3, 6])
            #expect(try copy["late type"]?.tensor?.int64Values() == [1, 65535])
        }
    }

    @Test("records lie uncompressed at multiples of 64 bytes, with sizes in their headers")
    func layout() throws {
        let tensors = (1..<40).map { count in
            (
                "t\(count)",
                TorchValue.tensor(
                    TorchTensor(float32: [Float](repeating: 1, count: count), shape: [count]))
            )
        }
        try withTemporaryFolder { folder in
            let path = folder + "/layout.pth"
            try TorchFile.write(.dictionary(TorchDictionary(tensors)), to: path)
            let file = bytes(path)
            var position = 0
            var names: [String] = []
            var problems: [String] = []
            func number(_ offset: Int, _ count: Int) -> Int {
                file[(position + offset)..<(position + offset + count)].reversed().reduce(0) {
                    $0 << 8 | Int($1)
                }
            }
            while number(0, 4) == 0x0403_4B50 {
                let nameEnd = position + 30 + number(26, 2)
                let name = String(decoding: file[(position + 30)..<nameEnd], as: UTF8.self)
                let start = nameEnd + number(28, 2)
                names.append(name)
                if number(6, 2) & 8 != 0 || number(8, 2) != 0 || number(10, 4) != 0x21_0000
                    || number(18, 4) != number(22, 4) || start % 64 != 0
                {
                    problems.append(name)
                }
                position = start + number(22, 4)
            }
            #expect(problems == [])
            #expect(
                names == ["archive/data.pkl", "archive/byteorder"]
                    + (0..<39).map { "archive/data/\($0)" } + ["archive/version"])
        }
    }

    @Test("a failed write leaves the earlier file and nothing else")
    func failures() throws {
        try withTemporaryFolder { folder in
            let taken = folder + "/taken"
            try FileManager.default.createDirectory(
                atPath: taken, withIntermediateDirectories: false)
            try TorchFile.write(1, to: folder + "/file")
            let cases: [(path: String, value: TorchValue, message: String)] = [
                (
                    folder + "/missing/a.pth", 1,
                    "cannot write: No such file or directory"
                ),
                (
                    folder + "/file/a.pth", 1,
                    "cannot write: Not a directory"
                ),
                (taken, 1, "cannot write: Is a directory"),
                (
                    folder + "/file", .object(TorchObject(className: "os.system")),
                    "cannot write an object of os.system; leave it out of the checkpoint"
                ),
                (folder + "/file", .bigInteger("12x"), "cannot write the integer \"12x\""),
            ]
            for (path, value, message) in cases {
                let error = #expect(throws: CheckpointError.self) {
                    try TorchFile.write(value, to: path)
                }
                #expect(error?.description == "\(path): \(message)")
            }
            #expect(try TorchFile.read(path: folder + "/file").int == 1)
            #expect(
                try FileManager.default.contentsOfDirectory(atPath: folder).sorted() == [
                    "file", "taken",
                ])
        }
    }

    @Test("a file larger than the process may write is an error, not the end of the process")
    func fileSizeLimit() async {
        await #expect(processExitsWith: .success) {
            try withTemporaryFolder { folder in
                let path = folder + "/epoch_1.pth"
                try TorchFile.write("earlier", to: path)
                var limit = rlimit(rlim_cur: 100_000, rlim_max: 100_000)
                setrlimit(__rlimit_resource_t(RLIMIT_FSIZE.rawValue), &limit)
                let large = TorchTensor(
                    float32: [Float](repeating: 0, count: 100_000), shape: [100_000])
                let error = #expect(throws: CheckpointError.self) {
                    try TorchFile.write(.tensor(large), to: path)
                }
                #expect(error?.description == "\(path): cannot write: File too large")
                #expect(try TorchFile.read(path: path).string == "earlier")
                #expect(
                    try FileManager.default.contentsOfDirectory(atPath: folder) == ["epoch_1.pth"])
            }
        }
    }

    private func bytes(_ path: String) -> [UInt8] {
        FileManager.default.contents(atPath: path).map(Array.init) ?? []
    }
}
