/// Lines of text with the place each one speaks of, in two columns.
struct PlacedLines {
    private static let widest = 60
    private var lines: [(text: String, place: String)] = []

    mutating func add(_ text: String, _ place: String) { lines.append((text, place)) }

    /// The lines; a long text pushes its place to the right.
    var text: String {
        let width = lines.map(\.text.count).filter { $0 <= Self.widest }.max() ?? 0
        return lines.map { line in
            let padding = String(repeating: " ", count: max(0, width - line.text.count))
            return line.place.isEmpty ? line.text : "\(line.text)\(padding)  \(line.place)"
        }.joined(separator: "\n")
    }
}

extension ConfigOrigin {
    /// The file and line of a value, or the option that set it; empty where the program did.
    var fileAndLine: String {
        location.map { "\($0.file):\($0.line)" } ?? place ?? ""
    }
}
