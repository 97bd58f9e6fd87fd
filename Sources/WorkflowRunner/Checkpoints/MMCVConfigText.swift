import Foundation

/// Reads single facts out of the Python text under which MMCV keeps configs in checkpoints.
enum MMCVConfigText {
    /// How many GPUs `gpu_ids = range(0, 8)` or `gpu_ids = [0, 1]` names; nil where it is not there or empty.
    static func gpuCount(_ text: String) -> Int? {
        let pattern = #"(?m)^gpu_ids *= *(range\(|\[|\()([0-9,\s]*)[\])]"#
        guard let expression = try? NSRegularExpression(pattern: pattern),
            let match = expression.firstMatch(
                in: text, range: NSRange(text.startIndex..., in: text)),
            let kind = Range(match.range(at: 1), in: text),
            let inside = Range(match.range(at: 2), in: text)
        else { return nil }
        let numbers = text[inside].split { !$0.isNumber }.compactMap { Int($0) }
        guard text[kind].hasPrefix("range") else { return numbers.isEmpty ? nil : numbers.count }
        guard let last = numbers.dropFirst().first ?? numbers.first else { return nil }
        let count = last - (numbers.count > 1 ? numbers[0] : 0)
        return count > 0 ? count : nil
    }
}
