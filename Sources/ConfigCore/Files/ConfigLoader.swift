internal import FoundationEssentials

/// Reads a file, the files it inherits from, and puts them together.
struct ConfigLoader {
    /// How many files may inherit one from the other.
    private static let chainLimit = 100

    private(set) var files: [String] = []
    private(set) var warnings: [ConfigIssue] = []
    private(set) var environment: ConfigEnvironment
    /// The files being read, from the first to the innermost base.
    private var open: [String] = []

    /// Begins without files.
    init(environment: [String: String]) { self.environment = ConfigEnvironment(environment) }

    /// Reads `path`, which the value `asking` named as a base.
    mutating func load(_ path: String, askedFor asking: ConfigNode?) throws(ConfigError)
        -> ConfigNode
    {
        try checkCycle(path, askedFor: asking)
        let bytes = try Self.contents(of: path, askedFor: asking)
        var contents = try ConfigNotation.of(path)
            .read(bytes, name: path, environment: &environment)
        files.append(path)
        open.append(path)
        defer { open.removeLast() }
        let firstWarning = warnings.count
        let names = try contents.baseNames()
        let inherited = try readBases(names, for: path)
        let (written, bases) = try contents.values(on: inherited, hasBases: names != nil)
        var entries = written.mapping ?? ConfigMapping()
        noteDeprecation(&entries, before: firstWarning)
        let references = BaseReferences(bases: bases, hasBases: names != nil)
        let child = try references.resolving(
            ConfigNode(.mapping(entries), origin: written.origin), at: "")
        let parent = ConfigMerge.recalling(
            ConfigNode(.mapping(inherited)), in: ConfigNode(.mapping(bases), origin: written.origin)
        )
        return try ConfigMerge.merge(child, into: parent, at: "")
    }

    private func checkCycle(_ path: String, askedFor asking: ConfigNode?) throws(ConfigError) {
        let absolute = FileName.absolute(path)
        guard let asking else { return }
        guard open.count < Self.chainLimit else {
            throw ConfigError(
                at: asking, path: "_base_",
                problem: "files inherit from each other more than \(Self.chainLimit) deep")
        }
        guard let first = open.firstIndex(where: { FileName.absolute($0) == absolute }) else {
            return
        }
        let cycle = (open[first...] + [path]).joined(separator: " -> ")
        throw ConfigError(
            at: asking, path: "_base_", problem: "the file inherits from itself: \(cycle)",
            remedy: "remove one of these bases")
    }

    /// The bases of a file, side by side; a name that two of them have would be lost from one.
    private mutating func readBases(
        _ node: ConfigNode?, for path: String
    ) throws(ConfigError) -> ConfigMapping {
        guard let node else { return ConfigMapping() }
        var bases = ConfigMapping()
        for base in node.list ?? [node] {
            guard let name = base.string else {
                throw ConfigError(
                    at: base, path: "_base_", expected: "a file name or a list of file names")
            }
            guard !name.contains("::") else {
                throw ConfigError(
                    at: base, path: "_base_",
                    problem: "\(name) is in a Python package, which cannot be looked into",
                    remedy: "copy the file and name the copy")
            }
            let file = FileName.join(FileName.directory(path), name)
            let root = try load(file, askedFor: base)
            for (key, value) in root.mapping ?? ConfigMapping() {
                if let first = bases[key] {
                    throw Self.duplicate(key, first, in: file, at: base)
                }
                bases[key] = value
            }
        }
        return bases
    }

    private static func duplicate(
        _ key: String, _ first: ConfigNode, in file: String, at base: ConfigNode
    ) -> ConfigError {
        let other = first.origin.place.map { " and at \($0)" } ?? ""
        return ConfigError(
            at: base, path: "_base_", problem: "two bases have the key \(key), in \(file)\(other)",
            remedy: "leave it in one of them")
    }

    /// Notes that the file is deprecated, in front of what its bases had to say.
    private mutating func noteDeprecation(_ entries: inout ConfigMapping, before place: Int) {
        guard let node = entries["_deprecation_"] else { return }
        entries["_deprecation_"] = nil
        let advice = [
            node["expected"]?.string.map { "use \($0)" },
            node["reference"]?.string.map { "see \($0)" },
        ].compactMap { $0 }.joined(separator: ", ")
        warnings.insert(
            ConfigIssue(
                at: node, pointingAt: .key, path: "_deprecation_",
                problem: "this config is deprecated",
                remedy: advice.isEmpty ? nil : advice), at: place)
    }

    static func contents(
        of path: String, askedFor asking: ConfigNode?
    ) throws(ConfigError) -> [UInt8] {
        func failure(_ problem: String, remedy: String? = nil) -> ConfigError {
            guard let asking else {
                return ConfigError(ConfigIssue(place: path, problem: problem, remedy: remedy))
            }
            return ConfigError(
                at: asking, path: "_base_", problem: "\(path): \(problem)", remedy: remedy)
        }
        let attributes = try? FileManager.default.attributesOfItem(atPath: path)
        if attributes == nil { throw failure("no such file", remedy: neighbour(of: path)) }
        if attributes?[.type] as? FileAttributeType == .typeDirectory {
            throw failure("this is a folder, not a file")
        }
        do {
            return try Array(Data(contentsOf: URL(filePath: path)))
        } catch let error as CocoaError where error.code == .fileReadNoPermission {
            throw failure("the file may not be read: permission denied")
        } catch {
            throw failure("the file cannot be read: \(error)")
        }
    }

    /// A file of the same folder with nearly the same name.
    private static func neighbour(of path: String) -> String? {
        let directory = FileName.directory(path)
        let names = try? FileManager.default.contentsOfDirectory(
            atPath: directory.isEmpty ? "." : directory)
        let suggestion = Spelling.suggestion(
            for: FileName.last(path), among: (names ?? []).sorted())
        return suggestion.map { "did you mean \(FileName.join(directory, $0))?" }
    }
}
