internal import ConfigCore
internal import Foundation
internal import TorchFile

/// Files of `torch.save`: what a reader finds in them, or that it refuses them.
struct PTHFiles: CaseFamily {
    let name = "pth_files"

    func recognizes(_ item: OracleCase) -> Bool { item.expected["outcome"] != nil }

    func run(_ item: OracleCase, _ context: CaseContext) throws {
        let path = context.folder + (try item.input.field("file").text())
        guard FileManager.default.fileExists(atPath: path) else {
            throw MalformedCase("\(path): no such file")
        }
        let outcome = try item.expected.field("outcome").text()
        let mayRefuse = ["optional", "refuse", "error", "crc_mismatch"].contains(outcome)
        guard mayRefuse || outcome == "ok" else { throw UnknownOperation("outcome \(outcome)") }
        let value: TorchValue
        do {
            value = try TorchFile.read(path: path)
        } catch {
            guard mayRefuse else { throw error }
            return
        }
        guard outcome != "refuse", outcome != "error" else {
            throw Mismatch(differences: ["expected the file to be refused, got its contents"])
        }
        var comparison = TorchContentComparison(try item.expected.field("content"))
        try comparison.compare(value)
        try comparison.differences.finish()
    }
}
