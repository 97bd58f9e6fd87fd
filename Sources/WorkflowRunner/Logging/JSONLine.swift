import TorchFile

/// A line of a `.log.json` file, written as Python's `json` module writes it.
struct JSONLine {
    private var fields: [String] = []

    /// The line, without its end.
    var text: String { "{" + fields.joined(separator: ", ") + "}" }

    mutating func add(_ name: String, _ value: String) {
        addRaw(name, PythonText.jsonString(value))
    }
    mutating func add(_ name: String, _ value: Int) { addRaw(name, "\(value)") }
    mutating func add(_ name: String, _ value: Double) {
        addRaw(name, PythonText.jsonNumber(value))
    }

    /// Adds a float with all its digits, as the original writes those inside a dictionary.
    mutating func addUnrounded(_ name: String, _ value: Double) {
        addRaw(name, PythonText.number(value))
    }

    /// Adds the fields of another line.
    mutating func add(_ other: JSONLine) { fields += other.fields }

    mutating func addRaw(_ name: String, _ json: String) {
        fields.append("\(PythonText.jsonString(name)): \(json)")
    }

    /// The JSON text of a value of a checkpoint's `meta`; tensors and objects become null.
    static func json(_ value: TorchValue) -> String {
        switch value {
        case .none, .bytes, .tensor, .object: "null"
        case .bool(let value): value ? "true" : "false"
        case .int(let value): "\(value)"
        case .bigInteger(let digits): digits
        case .double(let value): PythonText.jsonNumber(value)
        case .string(let value): PythonText.jsonString(value)
        case .list(let values), .tuple(let values), .set(let values):
            "[" + values.map(json).joined(separator: ", ") + "]"
        case .dictionary(let dictionary): json(dictionary)
        }
    }

    /// The JSON text of a dictionary; a key that is no text is written as one.
    static func json(_ dictionary: TorchDictionary) -> String {
        let fields = dictionary.pairs.map { key, value in
            PythonText.jsonString(key.string ?? json(key)) + ": " + json(value)
        }
        return "{" + fields.joined(separator: ", ") + "}"
    }
}
