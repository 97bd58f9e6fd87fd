/// How error messages write the way to a value: `data.train.pipeline[2].type`.
public enum ConfigPath {
    /// The path of `key` inside the mapping at `path`.
    public static func join(_ path: String, key: String) -> String {
        if key.isEmpty || key.contains(".") { return "\(path)[\"\(key)\"]" }
        return path.isEmpty ? key : "\(path).\(key)"
    }

    /// The path of an element of the list at `path`.
    public static func join(_ path: String, index: Int) -> String { "\(path)[\(index)]" }
}
