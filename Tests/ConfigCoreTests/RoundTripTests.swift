import ConfigCore
import Foundation
import Testing

@Suite("what is printed reads back the same") struct RoundTripTests {
    private static let count: UInt64 = 500

    @Test("random trees", arguments: ConfigNotation.allCases)
    func randomTrees(_ notation: ConfigNotation) throws {
        let folder = try ConfigFolder([:])
        try FileManager.default.createDirectory(
            atPath: folder.path, withIntermediateDirectories: true)
        let file = "config.\(notation.rawValue)"
        var failures: [String] = []
        for seed in 0..<Self.count {
            var random = RandomTree(seed: seed)
            let tree = random.config()
            do {
                let text = try ConfigWriter.text(tree, as: notation)
                try Data(text.utf8).write(to: URL(filePath: "\(folder.path)/\(file)"))
                let read = try folder.load(file).root
                if let difference = Self.difference(
                    tree, read, "", tuplesAreLists: notation == .json)
                {
                    failures.append("seed \(seed): \(difference)")
                }
            } catch {
                failures.append("seed \(seed): \(error)")
            }
        }
        #expect(failures.count == 0, "\(failures.prefix(5).joined(separator: "\n"))")
    }

    @Test("a tree that differs is told from an equal one")
    func comparison() {
        let pairs: [(ConfigNode, ConfigNode)] = [
            (1, 1.0), (0.0, ConfigNode(.double(-0.0))), ("1", 1), ([1], ConfigNode(.tuple([1]))),
            (["a": 1, "b": 2], ["b": 2, "a": 1]), (["a": nil], [:]), ([1], [1, 2]),
            ("e\u{301}", "é"),
        ]
        for (left, right) in pairs {
            #expect(Self.difference(left, right, "", tuplesAreLists: false) != nil)
        }
        let nan = ConfigNode(.double(.nan))
        #expect(Self.difference(nan, nan, "", tuplesAreLists: false) == nil)
        #expect(Self.difference([1], ConfigNode(.tuple([1])), "", tuplesAreLists: true) == nil)
    }

    /// The first place where two trees are not the same to the last bit, their keys' order included.
    private static func difference(
        _ old: ConfigNode, _ new: ConfigNode, _ path: String, tuplesAreLists: Bool
    ) -> String? {
        let text = "\(path): \(old.value) became \(new.value)"
        switch (old.value, new.value) {
        case (.double(let left), .double(let right)):
            return left.bitPattern == right.bitPattern || left.isNaN && right.isNaN ? nil : text
        case (.string(let left), .string(let right)):
            // Swift calls different spellings of a letter equal.
            return left.utf8.elementsEqual(right.utf8) ? nil : text
        case (.list(let left), .list(let right)), (.tuple(let left), .tuple(let right)):
            return difference(left, right, path, tuplesAreLists: tuplesAreLists)
        case (.tuple(let left), .list(let right)) where tuplesAreLists:
            return difference(left, right, path, tuplesAreLists: tuplesAreLists)
        case (.list(let left), .tuple(let right)) where tuplesAreLists:
            return difference(left, right, path, tuplesAreLists: tuplesAreLists)
        case (.mapping(let left), .mapping(let right)):
            guard left.keys.map({ Array($0.utf8) }) == right.keys.map({ Array($0.utf8) }) else {
                return "\(path): keys \(left.keys) became \(right.keys)"
            }
            return difference(
                left.map(\.node), right.map(\.node), path, tuplesAreLists: tuplesAreLists)
        case (.null, .null), (.bool, .bool), (.int, .int): return old == new ? nil : text
        default: return text
        }
    }

    private static func difference(
        _ old: [ConfigNode], _ new: [ConfigNode], _ path: String, tuplesAreLists: Bool
    ) -> String? {
        guard old.count == new.count else { return "\(path): \(old.count) became \(new.count)" }
        for (position, pair) in zip(old, new).enumerated() {
            if let found = difference(
                pair.0, pair.1, "\(path)[\(position)]", tuplesAreLists: tuplesAreLists)
            {
                return found
            }
        }
        return nil
    }
}
