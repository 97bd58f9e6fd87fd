/// The environment variables that `{{$NAME:default}}` may stand for.
struct ConfigEnvironment {
    let variables: [String: String]
    /// Those that a config took its values from.
    private(set) var used: [String: String] = [:]

    init(_ variables: [String: String]) { self.variables = variables }

    /// The value of a variable, which is noted.
    mutating func value(of name: String) -> String? {
        let value = variables[name]
        used[name] = value
        return value
    }
}
