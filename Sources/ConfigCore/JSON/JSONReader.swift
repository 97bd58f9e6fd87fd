internal import CJSON

/// Reads JSON with json-c, which decides what is valid; the only file that calls it.
///
/// `NaN`, `Infinity` and `-Infinity` are taken, because Python writes them. A whole number beyond
/// 64 bits becomes a floating-point one.
struct JSONReader {
    /// How deep lists and mappings may stand in each other.
    static let depthLimit = 200

    private let text: [UInt8]
    private let source: ConfigSource

    /// Reads a text.
    ///
    /// - Parameters:
    ///   - text: The text with placeholders expanded.
    ///   - name: The file as the user named it.
    ///   - original: The text as the user wrote it.
    /// - Returns: The value, whose nodes know their places in `original`.
    /// - Throws: `ConfigError` at the line and column where the text stops being JSON.
    static func read(_ text: ExpandedText, name: String, original: [UInt8]) throws(ConfigError)
        -> ConfigNode
    {
        let source = ConfigSource(name: name, text: original) { keyPath in
            JSONScanner.entry(at: keyPath, in: text.bytes).map {
                ConfigSource.Entry(
                    key: $0.key.map(text.originalOffset), value: text.originalOffset($0.value))
            }
        }
        let reader = JSONReader(text: text.bytes, source: source)
        let parsed = try reader.parse { text.originalOffset($0) }
        defer { unsafe json_object_put(parsed.handle) }
        return unsafe reader.node(parsed.handle, at: [])
    }

    /// What json-c made of a text; the caller releases it.
    @safe
    private struct Parsed {
        let handle: OpaquePointer?
    }

    private func parse(originalOffset: (Int) -> Int) throws(ConfigError) -> Parsed {
        guard let tokener = unsafe json_tokener_new_ex(Int32(Self.depthLimit)) else {
            throw ConfigError(ConfigIssue(place: source.name, problem: "out of memory"))
        }
        defer { unsafe json_tokener_free(tokener) }
        unsafe json_tokener_set_flags(tokener, JSON_TOKENER_STRICT)
        // The zero at the end tells json-c that no more text is to come.
        let terminated = text + [0]
        let handle = unsafe terminated.withUnsafeBytes { bytes in
            unsafe json_tokener_parse_ex(
                tokener, bytes.baseAddress?.assumingMemoryBound(to: CChar.self),
                Int32(clamping: bytes.count))
        }
        let status = unsafe json_tokener_get_error(tokener)
        let quote = JSONScanner.singleQuotedKey(in: text)
        if status == json_tokener_success, quote == nil { return unsafe Parsed(handle: handle) }
        unsafe json_object_put(handle)
        let end = unsafe min(Int(json_tokener_get_parse_end(tokener)), text.count)
        let offset = min(end, quote ?? end)
        let isKey = status == json_tokener_success || offset < end
        throw syntaxError(
            isKey ? json_tokener_error_parse_object_key_name : status, at: offset,
            originalOffset(offset))
    }

    private func syntaxError(
        _ status: json_tokener_error, at offset: Int, _ originalOffset: Int
    ) -> ConfigError {
        let place = source.location(ofByte: originalOffset)
        let problem =
            switch status {
            case json_tokener_error_depth:
                "lists and mappings are nested more than \(Self.depthLimit) deep"
            case _ where offset == text.count:
                "not valid JSON: the text ends too early"
            default:
                unsafe "not valid JSON: \(String(cString: json_tokener_error_desc(status)))"
            }
        return ConfigError(
            ConfigIssue(in: source, at: place, problem: problem, remedy: remedy(at: offset)))
    }

    /// Advice against what Python programmers write in JSON.
    private func remedy(at offset: Int) -> String? {
        guard offset < text.count else { return nil }
        func isLetter(_ byte: UInt8) -> Bool { (65...90).contains(byte & 0xDF) }
        let wordStart = text[..<offset].lastIndex { !isLetter($0) }.map { $0 + 1 } ?? 0
        let word = String(decoding: text[wordStart...].prefix(while: isLetter), as: UTF8.self)
        if ["true", "false", "none", "null"].contains(word.lowercased()) {
            return "JSON writes true, false and null"
        }
        let before = text[..<offset].last { !$0.isSpace }
        return switch text[offset] {
        case UInt8(ascii: "'"): "JSON puts strings in double quotes"
        case UInt8(ascii: "#"), UInt8(ascii: "/"): "JSON has no comments"
        case UInt8(ascii: "("): "JSON writes tuples as lists"
        case UInt8(ascii: "}"), UInt8(ascii: "]"):
            before == UInt8(ascii: ",") ? "remove the comma before it" : nil
        default: nil
        }
    }

    private func node(_ handle: OpaquePointer?, at path: [ConfigKey]) -> ConfigNode {
        unsafe ConfigNode(value(handle, at: path), origin: .file(source, keyPath: path))
    }

    private func value(_ handle: OpaquePointer?, at path: [ConfigKey]) -> ConfigValue {
        switch unsafe json_object_get_type(handle) {
        case json_type_boolean: unsafe .bool(json_object_get_boolean(handle) != 0)
        case json_type_int: unsafe integer(handle, at: path)
        case json_type_double: unsafe .double(json_object_get_double(handle))
        case json_type_string: unsafe .string(string(handle))
        case json_type_array: unsafe .list(elements(handle, at: path))
        case json_type_object: unsafe .mapping(entries(handle, at: path))
        default: .null
        }
    }

    /// json-c stops at the ends of its 64-bit types, so a number there is read again from the text.
    private func integer(_ handle: OpaquePointer?, at path: [ConfigKey]) -> ConfigValue {
        let value = unsafe json_object_get_int64(handle)
        guard value == .max || value == .min else { return .int(Int(value)) }
        guard let entry = JSONScanner.entry(at: path, in: text) else { return .int(Int(value)) }
        let digits = JSONScanner.number(at: entry.value, in: text)
        return Int(digits).map { .int($0) } ?? .double(Double(digits) ?? Double(value))
    }

    private func string(_ handle: OpaquePointer?) -> String {
        let count = unsafe Int(json_object_get_string_len(handle))
        guard let characters = unsafe json_object_get_string(handle) else { return "" }
        return unsafe UnsafeRawBufferPointer(start: characters, count: count)
            .withMemoryRebound(to: UInt8.self) { unsafe String(decoding: $0, as: UTF8.self) }
    }

    private func elements(_ handle: OpaquePointer?, at path: [ConfigKey]) -> [ConfigNode] {
        unsafe (0..<json_object_array_length(handle)).map { position in
            unsafe node(
                json_object_array_get_idx(handle, position), at: path + [.index(Int(position))])
        }
    }

    private func entries(_ handle: OpaquePointer?, at path: [ConfigKey]) -> ConfigMapping {
        var entries = ConfigMapping()
        var iterator = unsafe json_object_iter_begin(handle)
        var end = unsafe json_object_iter_end(handle)
        while unsafe json_object_iter_equal(&iterator, &end) == 0 {
            let key = unsafe String(cString: json_object_iter_peek_name(&iterator))
            entries[key] = unsafe node(
                json_object_iter_peek_value(&iterator), at: path + [.key(key)])
            unsafe json_object_iter_next(&iterator)
        }
        return entries
    }
}
