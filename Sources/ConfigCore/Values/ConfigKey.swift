/// One step down a config tree: a key of a mapping, or a position in a list.
public enum ConfigKey: Sendable, Hashable {
    /// A key of a mapping.
    case key(String)
    /// A position in a list or tuple, counted from 0.
    case index(Int)
}
