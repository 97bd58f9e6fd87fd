internal import ConfigCore
internal import Foundation

/// Configs as MMCV's `Config.fromfile` and `--cfg-options` make them.
struct ConfigParse: CaseFamily {
    let name = "config_parse"

    func recognizes(_ item: OracleCase) -> Bool {
        item.input["files"] != nil && item.input["main"] != nil
    }

    func run(_ item: OracleCase, _ context: CaseContext) throws {
        let files = try item.input.field("files").entries.map { ($0.key, try $0.node.text()) }
        let main = try item.input.field("main").text()
        let options = try item.input.given("options")?.elements().map { try $0.text() } ?? []
        try ScratchFolder.use { folder in
            for (file, text) in files {
                let path = URL(filePath: folder).appending(path: file)
                try FileManager.default.createDirectory(
                    at: path.deletingLastPathComponent(), withIntermediateDirectories: true)
                try Data(text.utf8).write(to: path)
            }
            let root = try Config.load(path: "\(folder)/\(main)", environment: [:]).root
            let actual = try ConfigOverrides.apply(try ConfigOverrides.parse(options), to: root)
            guard item.expected["cfg"] != nil else { return }
            try compare(actual, with: item.expected, folder: folder)
        }
    }

    private func compare(
        _ actual: ConfigNode, with recorded: ConfigNode, folder: String
    ) throws {
        func pointers(_ key: String) throws -> Set<String> {
            Set(try recorded.given(key)?.elements().map { try $0.text() } ?? [])
        }
        let expected = Expected(
            tuples: try pointers("tuples"), nonfinite: try pointers("nonfinite"),
            keyOrder: try recorded.given("key_order")?.entries.reduce(into: [:]) {
                $0[$1.key] = try $1.node.elements().map { try $0.text() }
            } ?? [:],
            folder: folder)
        var differences = Differences()
        expected.compare(try recorded.field("cfg"), with: actual, at: "", &differences)
        try differences.finish()
    }
}

/// What a recording says beside the JSON of a config.
private struct Expected {
    let tuples: Set<String>
    let nonfinite: Set<String>
    let keyOrder: [String: [String]]
    let folder: String

    func compare(
        _ expected: ConfigNode, with actual: ConfigNode, at pointer: String,
        _ differences: inout Differences
    ) {
        let place = pointer.isEmpty ? "/" : pointer
        if let entries = expected.mapping, let found = actual.mapping {
            differences.compare(
                "\(place): keys", expected: keyOrder[pointer] ?? entries.keys, actual: found.keys)
            for (key, inner) in entries {
                guard let other = found[key] else { continue }
                let escaped = key.replacing("~", with: "~0").replacing("/", with: "~1")
                compare(inner, with: other, at: "\(pointer)/\(escaped)", &differences)
            }
        } else if let elements = expected.list, let found = actual.list {
            let isTuple = if case .tuple = actual.value { true } else { false }
            differences.compare(
                "\(place): tuple", expected: tuples.contains(pointer), actual: isTuple)
            differences.compare(
                "\(place): count", expected: elements.count, actual: found.count)
            for (position, pair) in zip(elements, found).enumerated() {
                compare(pair.0, with: pair.1, at: "\(pointer)/\(position)", &differences)
            }
        } else if nonfinite.contains(pointer) {
            // A NaN's sign means nothing.
            let found = actual.double.map { $0.isNaN ? "nan" : "\($0)" }
            differences.compare(place, expected: expected.string, actual: found)
        } else {
            let text = expected.string?.replacing("<dir>", with: folder)
            let value = text.map { ConfigValue.string($0) } ?? expected.value
            differences.compare(place, expected: value.summary, actual: actual.value.summary)
        }
    }
}
