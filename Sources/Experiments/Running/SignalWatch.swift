import Dispatch
import Foundation
import WorkflowRunner

/// Turns Ctrl-C, termination and the end of the terminal into a wish to stop, where a second one ends the
/// program at once, and SIGUSR1 into a wish for a checkpoint.
///
/// Ctrl-C also ends what the output is piped into (`2>&1 | tee log`): the lines that follow are lost
/// there, but the run must live to save its checkpoint.
final class SignalWatch {
    private let sources: [any DispatchSourceSignal]
    private let stopping: [Int32]

    /// Watches until `stop` is called.
    init(_ request: StopRequest) {
        let queue = DispatchQueue(label: "signals")
        signal(SIGPIPE, SIG_IGN)
        signal(SIGUSR1, SIG_IGN)
        let save = DispatchSource.makeSignalSource(signal: SIGUSR1, queue: queue)
        save.setEventHandler { request.requestCheckpoint() }
        save.resume()
        // Under nohup the end of the terminal is nobody's business.
        let ending = Self.isIgnored(SIGHUP) ? [SIGINT, SIGTERM] : [SIGINT, SIGTERM, SIGHUP]
        stopping = ending
        sources =
            [save]
            + ending.map { number in
                signal(number, SIG_IGN)
                let source = DispatchSource.makeSignalSource(signal: number, queue: queue)
                source.setEventHandler {
                    if request.isRequested { _exit(128 + number) }
                    request.request(signal: number)
                }
                source.resume()
                return source
            }
    }

    /// Gives the signals their usual effect again.
    func stop() {
        for source in sources { source.cancel() }
        for number in stopping + [SIGPIPE, SIGUSR1] { signal(number, SIG_DFL) }
    }

    private static func isIgnored(_ number: Int32) -> Bool {
        var action = sigaction()
        guard unsafe sigaction(number, nil, &action) == 0 else { return false }
        return unsafe unsafeBitCast(action.__sigaction_handler.sa_handler, to: Int.self)
            == unsafeBitCast(SIG_IGN, to: Int.self)
    }
}
