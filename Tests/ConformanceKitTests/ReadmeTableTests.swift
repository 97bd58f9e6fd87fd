import ConfigCore
import Foundation
import Testing

@Suite("README's losses of one seed") struct ReadmeTableTests {
    @Test("the table shows the recorded run")
    func table() throws {
        let root = URL(filePath: #filePath).deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent()
        let readme = try String(contentsOf: root.appending(path: "README.md"), encoding: .utf8)
        let section = try #require(readme.components(separatedBy: "## The same seed").last)
            .components(separatedBy: "\n## ")[0]
        let batches = try OracleFixture("seeded_run").cases.first?["expected"]?["batches"]?.list
        let losses = try #require(batches).map { $0["loss"]?.double ?? .nan }
        var rows = 0
        for line in section.split(separator: "\n") {
            let cells = line.split(separator: "|").map {
                Double($0.trimmingCharacters(in: .whitespaces))
            }
            guard cells.count == 3, let place = cells[0], let ours = cells[1],
                let original = cells[2]
            else { continue }
            rows += 1
            #expect(abs(losses[Int(place) - 1] - original) < 0.5e-4)
            #expect(abs(ours - original) < 1e-3)
        }
        #expect(rows == 7)
    }
}
