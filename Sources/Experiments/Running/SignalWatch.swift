import Dispatch
import Foundation
import WorkflowRunner

/// Turns Ctrl-C and termination signals into a wish to stop; a second one ends the program at once.
///
/// Ctrl-C also ends what the output is piped into (`2>&1 | tee log`): the lines that follow are lost
/// there, but the run must live to save its checkpoint.
final class SignalWatch {
    private let sources: [any DispatchSourceSignal]

    /// Watches until `stop` is called.
    init(_ request: StopRequest) {
        let queue = DispatchQueue(label: "signals")
        signal(SIGPIPE, SIG_IGN)
        sources = [SIGINT, SIGTERM].map { number in
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
        for number in [SIGINT, SIGTERM, SIGPIPE] { signal(number, SIG_DFL) }
    }
}
