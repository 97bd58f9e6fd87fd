extension ConfigNode {
    /// Reads JSON that is no config: nothing in it is expanded or inherited.
    ///
    /// - Parameters:
    ///   - json: The text.
    ///   - name: What messages call it.
    /// - Throws: `ConfigError` at the line and column where the text stops being JSON.
    package init(json: [UInt8], name: String) throws(ConfigError) {
        self = try JSONReader.read(ExpandedText(plain: json), name: name, original: json)
    }
}
