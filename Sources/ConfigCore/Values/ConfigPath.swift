/// How error messages write the way to a value: `data.train.pipeline[2].type`.
public enum ConfigPath {
    /// The path of `key` inside the mapping at `path`.
    public static func join(_ path: String, key: String) -> String {
        if key.isEmpty || key.contains(".") { return "\(path)[\"\(key)\"]" }
        return path.isEmpty ? key : "\(path).\(key)"
    }

    /// The path of an element of the list at `path`.
    public static func join(_ path: String, index: Int) -> String { "\(path)[\(index)]" }

    /// The steps of a path, the way back from `join`; nil for what `join` does not write.
    package static func steps(_ path: String) -> [ConfigKey]? {
        var steps: [ConfigKey] = []
        var rest = path[...]
        while !rest.isEmpty {
            if rest.hasPrefix("[\"") {
                guard let end = rest.firstRange(of: "\"]") else { return nil }
                steps.append(.key(String(rest[..<end.lowerBound].dropFirst(2))))
                rest = rest[end.upperBound...]
            } else if rest.first == "[" {
                guard let end = rest.firstIndex(of: "]"), let index = Int(rest[..<end].dropFirst())
                else { return nil }
                steps.append(.index(index))
                rest = rest[rest.index(after: end)...]
            } else {
                if rest.first == "." { rest = rest.dropFirst() }
                let key = rest.prefix { $0 != "." && $0 != "[" }
                guard !key.isEmpty else { return nil }
                steps.append(.key(String(key)))
                rest = rest[key.endIndex...]
            }
        }
        return steps
    }
}
