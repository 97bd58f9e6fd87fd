import Foundation
import TensorCore
import Testing
import WorkflowRunner

@Suite("numbers in logs") struct NumberTextTests {
    @Test("fixed digits are printf's, ties and large numbers included")
    func fixed() {
        var random = KeyedRandom(seed: 1).stream()
        var values = [
            0, -0.0, 0.5, 1.5, 2.5, 0.00005, 0.00015, 0.00025, 0.125, -0.125, 0.375, 1e-9, -1e-9,
            999.99995, 0.99995, 123456.78905, 1e12, 1e16, -3e22, 2.675, 1.005, 0.045, 8.5e-05,
        ]
        for _ in 0..<20_000 {
            let integer = Double(random.integer(in: 0...2_000_000))
            values += [random.normal() * 100, random.uniform(), integer / 20_000, integer / 65_536]
        }
        var wrong: [String] = []
        for value in values {
            for digits in 3...4
            where PythonText.fixed(value, digits: digits) != String(format: "%.\(digits)f", value) {
                wrong.append("\(value) \(digits)")
            }
            // Python's round(value, 5) gives the number nearest to those digits.
            let rounded = Double(String(format: "%.5f", value)) ?? .nan
            if PythonText.jsonNumber(value) != "\(rounded)" { wrong.append("\(value) json") }
        }
        #expect(wrong == [])
        #expect(PythonText.jsonNumber(.nan) == "NaN")
    }
}
