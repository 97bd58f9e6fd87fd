import Dispatch

/// Gathers how long operations and their kernels take, for as long as a device has one.
///
/// Spans nest by time: a kernel's lies in its operation's. Without a recorder nothing is measured.
public final class OperationRecorder {
    /// What a span tells about.
    public enum Kind: String, Sendable {
        /// A part of an iteration: the model's step, the backward pass, the optimizer's step.
        case phase
        /// A function of variables, or its backward pass.
        case operation
        /// A call of a kernel library.
        case kernel
    }

    /// A stretch of time with a name.
    ///
    /// Units: nanoseconds of a clock that only goes forward.
    public struct Span: Sendable {
        /// What was done.
        public let name: String
        /// What the span tells about.
        public let kind: Kind
        /// When it began.
        public let start: UInt64
        /// When it ended.
        public let end: UInt64
        /// The shapes of an operation's inputs, where they are recorded.
        public let shapes: [[Int]]

        /// A span.
        public init(
            _ name: String, _ kind: Kind, start: UInt64, end: UInt64, shapes: [[Int]] = []
        ) {
            self.name = name
            self.kind = kind
            self.start = start
            self.end = end
            self.shapes = shapes
        }
    }

    /// What was measured, in the order in which it ended.
    public private(set) var spans: [Span] = []
    /// Whether operations tell the shapes of their inputs.
    public let recordsShapes: Bool
    /// Where the forward operation in progress began: at the end of the one before.
    private var boundary: UInt64

    /// A recorder without spans.
    public init(recordsShapes: Bool = false) {
        self.recordsShapes = recordsShapes
        boundary = Self.now
    }

    /// The present moment.
    ///
    /// Units: nanoseconds of a clock that only goes forward.
    public static var now: UInt64 { DispatchTime.now().uptimeNanoseconds }

    /// Adds a span from a moment until now.
    package func add(_ name: String, _ kind: Kind, from start: UInt64, shapes: [[Int]] = []) {
        spans.append(Span(name, kind, start: start, end: Self.now, shapes: shapes))
    }

    /// Lets the next forward operation begin now.
    package func operationsBegin() { boundary = Self.now }

    /// Adds a forward operation that is done: it began where the one before it ended.
    package func operationDidEnd(_ name: String, shapes: @autoclosure () -> [[Int]]) {
        add(name, .operation, from: boundary, shapes: recordsShapes ? shapes() : [])
        operationsBegin()
    }

    /// Runs something and adds its span.
    package func measure<Result>(
        _ name: String, _ kind: Kind, _ body: () throws -> Result
    ) rethrows -> Result {
        let start = Self.now
        operationsBegin()
        defer {
            add(name, kind, from: start)
            operationsBegin()
        }
        return try body()
    }
}

extension Device {
    /// Runs something, measuring it where somebody gathers times.
    package func measured<Result>(
        _ name: @autoclosure () -> String, _ kind: OperationRecorder.Kind,
        _ body: () throws -> Result
    ) rethrows -> Result {
        guard let recorder else { return try body() }
        return try recorder.measure(name(), kind, body)
    }
}
