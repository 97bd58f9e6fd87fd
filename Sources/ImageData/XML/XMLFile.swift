internal import CExpat

/// An element of an XML file: its own text, and the elements in it.
struct XMLElement {
    let name: String
    fileprivate(set) var text = ""
    fileprivate(set) var children: [XMLElement] = []

    /// The elements of a name that stand directly in this one.
    func children(named name: String) -> [XMLElement] { children.filter { $0.name == name } }

    /// The text of the first element of a name, without the white space around it.
    func text(of name: String) -> String? {
        guard let text = children.first(where: { $0.name == name })?.text else { return nil }
        let words = text.split(whereSeparator: \.isWhitespace)
        return words.joined(separator: " ")
    }
}

/// Reads XML files through Expat, which never follows what a file refers to.
enum XMLFile {
    /// Deeper nesting is no annotation of anything.
    private static let deepest = 100

    /// The outermost element of a file.
    static func read(_ path: String) throws(DataError) -> XMLElement {
        let bytes = try FileBytes.read(path)
        guard let parser = unsafe XML_ParserCreate(nil) else {
            throw DataError(file: path, reason: "cannot read XML: out of memory")
        }
        defer { unsafe XML_ParserFree(parser) }
        let builder = Builder()
        let pointer = unsafe Unmanaged.passUnretained(builder).toOpaque()
        unsafe XML_SetUserData(parser, pointer)
        unsafe XML_SetElementHandler(
            parser,
            { builder, name, _ in
                guard let name = unsafe name.map({ unsafe String(cString: $0) }) else { return }
                unsafe Builder.at(builder)?.begin(name)
            },
            { builder, _ in unsafe Builder.at(builder)?.end() })
        unsafe XML_SetCharacterDataHandler(parser) { builder, text, count in
            let bytes = unsafe UnsafeBufferPointer(start: text, count: Int(count))
            let text = unsafe String(
                decoding: bytes.lazy.map { UInt8(bitPattern: $0) }, as: UTF8.self)
            unsafe Builder.at(builder)?.add(text)
        }
        let status = withExtendedLifetime(builder) {
            unsafe bytes.withUnsafeBufferPointer { buffer in
                unsafe buffer.withMemoryRebound(to: CChar.self) {
                    unsafe XML_Parse(parser, $0.baseAddress, Int32(clamping: $0.count), 1)
                }
            }
        }
        guard status == XML_STATUS_OK else {
            let line = unsafe Int(XML_GetCurrentLineNumber(parser))
            let text = unsafe XML_ErrorString(XML_GetErrorCode(parser)).map {
                unsafe String(cString: $0)
            }
            throw DataError(
                file: "\(path):\(line)", reason: "cannot read XML: \(text ?? "damaged")")
        }
        guard let root = builder.root, !builder.isTooDeep else {
            throw DataError(
                file: path, reason: "cannot read XML: elements stand \(Self.deepest) deep")
        }
        return root
    }

    /// Puts the elements together as they are met.
    private final class Builder {
        private(set) var root: XMLElement?
        private(set) var isTooDeep = false
        private var open: [XMLElement] = []
        /// How many elements are open beyond those that are kept.
        private var left = 0

        static func at(_ pointer: UnsafeMutableRawPointer?) -> Builder? {
            unsafe pointer.map { unsafe Unmanaged<Builder>.fromOpaque($0).takeUnretainedValue() }
        }

        func begin(_ name: String) {
            guard open.count < XMLFile.deepest else {
                isTooDeep = true
                left += 1
                return
            }
            open.append(XMLElement(name: name))
        }

        func add(_ text: String) {
            if left == 0, !open.isEmpty { open[open.count - 1].text += text }
        }

        func end() {
            if left > 0 {
                left -= 1
            } else if let element = open.popLast() {
                if open.isEmpty {
                    root = element
                } else {
                    open[open.count - 1].children.append(element)
                }
            }
        }
    }
}
