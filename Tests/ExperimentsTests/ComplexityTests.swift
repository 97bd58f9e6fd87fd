import ConfigCore
import Experiments
import Foundation
import TestSupport
import Testing

@Suite("parameters and computations of models") struct ComplexityTests {
    @Test("are as many as the original counts")
    func recorded() throws {
        let file = FixtureLocation.own("model_complexity.json")
        let root = try Config.load(path: file.path).root
        let cases = try #require(root["cases"]?.list)
        #expect(cases.count == 47)
        // Large networks take seconds to be given their first values; they differ in depth alone.
        for entry in cases
        where (entry["params"]?.int ?? 0) < 30_000_000 || entry["name"] == "vgg11bn" {
            let shape = entry["shape"]?.list?.compactMap(\.int) ?? []
            let counted = try ModelComplexity(
                LoadedConfig(root: ["model": try #require(entry["model"])]), height: shape[1],
                width: shape[2])
            let name = entry["name"]?.string ?? ""
            #expect(counted.inputShape == shape, "\(name)")
            #expect(counted.flops == entry["flops"]?.int, "\(name)")
            #expect(counted.parameters == entry["params"]?.int, "\(name)")
            #expect(
                [counted.flopsText, counted.parametersText]
                    == entry["text"]?.list?.compactMap(\.string), "\(name)")
        }
    }
}
