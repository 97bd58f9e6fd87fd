/// Checks what only a programmer can get wrong.
///
/// Unlike `precondition` it keeps its text in optimised builds; users' mistakes throw instead.
package func require(
    _ condition: Bool, _ message: @autoclosure () -> String, file: StaticString = #fileID,
    line: UInt = #line
) {
    if !condition { fatalError(message(), file: file, line: line) }
}
