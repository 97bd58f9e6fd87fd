package import Foundation

/// Finds recorded data in the source tree, from the place of the test that asks.
package enum FixtureLocation {
    /// A file below `Tests/Fixtures`, which all test targets share.
    package static func shared(_ name: String, from test: String = #filePath) -> URL {
        var folder = URL(fileURLWithPath: test).deletingLastPathComponent()
        while folder.lastPathComponent != "Tests" && folder.path != "/" {
            folder.deleteLastPathComponent()
        }
        return folder.appendingPathComponent("Fixtures").appendingPathComponent(name)
    }

    /// A file in the `Fixtures` folder beside the test.
    package static func own(_ name: String, from test: String = #filePath) -> URL {
        URL(fileURLWithPath: test).deletingLastPathComponent()
            .appendingPathComponent("Fixtures").appendingPathComponent(name)
    }

    /// A JSON file in the `Fixtures` folder beside the test.
    package static func json<Value: Decodable>(
        _ type: Value.Type, _ name: String, from test: String = #filePath
    ) throws -> Value {
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        return try decoder.decode(type, from: Data(contentsOf: own(name, from: test)))
    }
}
