import ConfigCore
import ConformanceKit
import Foundation

/// What the command wrote and how it ended.
struct CommandOutcome {
    let lines: [String]
    let complaints: [String]
    let exitCode: Int32

    init(_ arguments: [String]) {
        var lines: [String] = []
        var complaints: [String] = []
        exitCode = ConformanceCommand.run(
            arguments, write: { lines.append($0) }, complain: { complaints.append($0) })
        self.lines = lines
        self.complaints = complaints
    }
}

/// A file of `Fixtures/oracle/cases`.
struct OracleFixture {
    static let fixtures = URL(filePath: #filePath).deletingLastPathComponent()
        .deletingLastPathComponent().appending(path: "Fixtures/").path(percentEncoded: false)
    static let folder = fixtures + "oracle/"

    let family: String
    let cases: [ConfigNode]

    init(_ family: String) throws {
        self.family = family
        let text = try String(contentsOfFile: "\(Self.folder)cases/\(family).json", encoding: .utf8)
        cases = try Config.parse(text: text, name: family)["cases"]?.list ?? []
    }

    /// Writes a copy in which nothing is as it was recorded, with the data files at their places.
    func withWrongExpectations(_ body: (String) throws -> Void) throws {
        let root = FileManager.default.temporaryDirectory.appending(path: "oracle-\(UUID())")
            .path(percentEncoded: false)
        let cases = "\(root)/oracle/cases"
        try FileManager.default.createDirectory(
            atPath: cases, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: root) }
        for (link, target) in [
            ("pth", "pth"), ("oracle/data", "oracle/data"),
            ("oracle/cases/resnet", "oracle/cases/resnet"),
        ] {
            try FileManager.default.createSymbolicLink(
                atPath: "\(root)/\(link)", withDestinationPath: Self.fixtures + target)
        }
        let file: ConfigNode = ["cases": ConfigNode(.list(self.cases.map(Self.wrong)))]
        let path = "\(cases)/\(family).json"
        try ConfigWriter.json(file).write(toFile: path, atomically: true, encoding: .utf8)
        try body(path)
    }

    private static func wrong(_ item: ConfigNode) -> ConfigNode {
        let opposite = ["accepts": "refuses", "refuses": "accepts"]
        if let ours = item["ours"]?.string {
            return item.setting("ours", to: ConfigNode(.string(opposite[ours] ?? ours)))
        }
        let expected = (item["expected"] ?? [:]).removing("error")
        return item.setting("expected", to: changed(expected))
    }

    /// Keys that say how results are compared, or what form they have.
    private static let kept: Set<String> = [
        "shape", "dtype", "float64_max_abs_diff", "loss_envelope", "final_eval_max_abs_diff",
        "total_norm_float64",
    ]

    private static func changed(_ node: ConfigNode) -> ConfigNode {
        switch node.value {
        case .null: node
        case .bool(let value): ConfigNode(.bool(!value))
        case .int(let value): ConfigNode(.int(value + 1))
        case .double(let value): ConfigNode(.double(value + 1))
        case .string(let value): ConfigNode(.string(value + "x"))
        case .list(let elements), .tuple(let elements):
            ConfigNode(.list(elements.isEmpty ? [1] : elements.map(changed)))
        case .mapping(let entries):
            ConfigNode(
                .mapping(
                    ConfigMapping(
                        entries.map { key, value in
                            if key == "outcome" { return (key: key, node: "ok") }
                            return (key: key, node: kept.contains(key) ? value : changed(value))
                        })))
        }
    }
}
