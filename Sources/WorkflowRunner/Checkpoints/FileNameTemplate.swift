import Foundation

/// A file's name with a place for a number, in Python's format: `epoch_{}.pth`, `iter_{:06d}.pth`.
struct FileNameTemplate {
    private enum Part {
        case text(String)
        case number(width: Int, zeros: Bool)
    }

    private let parts: [Part]

    /// Nil where Python could not format it with one number, or it leads out of its folder.
    init?(_ text: String) {
        var parts: [Part] = []
        var rest = Substring(text)
        while let character = rest.popFirst() {
            if (character == "{" || character == "}") && rest.first == character {
                rest.removeFirst()
                parts.append(.text(String(character)))
            } else if character == "{" {
                guard let end = rest.firstIndex(of: "}"), let part = Self.field(rest[..<end]) else {
                    return nil
                }
                parts.append(part)
                rest = rest[rest.index(after: end)...]
            } else if character == "}" || character == "/" {
                return nil
            } else {
                parts.append(.text(String(character)))
            }
        }
        guard !text.isEmpty else { return nil }
        self.parts = parts
    }

    /// What stands between braces: nothing, `0`, or either with `:`, a width and `d`.
    private static func field(_ field: Substring) -> Part? {
        let halves = field.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
        guard let name = halves.first, name.isEmpty || name == "0" else { return nil }
        var format = halves.count > 1 ? halves[1] : ""
        if format.last == "d" { format.removeLast() }
        if format.isEmpty { return .number(width: 0, zeros: false) }
        guard let width = Int(format), 1...20 ~= width else { return nil }
        return .number(width: width, zeros: format.first == "0")
    }

    /// The template of that text; an error that names `place` where there is none.
    static func required(_ text: String, for place: String) throws -> FileNameTemplate {
        guard let template = FileNameTemplate(text) else {
            throw RunnerError(place, problem(text), remedy: remedy)
        }
        return template
    }

    static func problem(_ text: String) -> String {
        "\"\(text)\" does not make a file's name of a number"
    }

    static let remedy = "write one such as \"epoch_{}.pth\" or \"iter_{:06d}.pth\""

    /// The name with a number in its place.
    func name(_ number: Int) -> String {
        parts.map { part in
            switch part {
            case .text(let text): text
            case .number(let width, let zeros):
                String(
                    repeating: zeros ? "0" : " ", count: max(0, width - "\(number)".count))
                    + "\(number)"
            }
        }.joined()
    }
}
