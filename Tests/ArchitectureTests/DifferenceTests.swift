import Foundation
import Testing

@Suite("README's differences from MMCV")
struct DifferenceTests {
    @Test("each numbered one has a regression test named after it")
    func tested() throws {
        let readme = try String(
            contentsOf: SourceTree.root.appendingPathComponent("README.md"), encoding: .utf8)
        let numbers = readme.matches(of: /(?m)^\| (V\d+) \|/).map { String($0.1) }
        #expect(numbers.count >= 14 && Set(numbers).count == numbers.count)
        let tests = SourceTree.root.appendingPathComponent("Tests")
        let paths =
            FileManager.default.enumerator(atPath: tests.path)?.compactMap { $0 as? String } ?? []
        var names: Set<String> = []
        for path in paths where path.hasSuffix(".swift") {
            let text = try String(
                contentsOf: tests.appendingPathComponent(path), encoding: .utf8)
            names.formUnion(text.matches(of: /func (v\d+)_/).map { $0.1.uppercased() })
        }
        #expect(numbers.filter { !names.contains($0) } == [])
    }
}
