import Dispatch
import Foundation
import Synchronization

/// Makes numbered products on worker threads and hands them out in order.
///
/// Workers stay at most `depth` products ahead of the consumer. A product that failed fails where its
/// turn comes. Cancelling, or dropping the prefetcher, lets the workers end after the product they are
/// at; nobody waits for them.
final class OrderedPrefetcher<Product: Sendable>: Sendable {
    /// What consumer and workers share; workers hold this and not the prefetcher.
    private final class Shared: Sendable {
        struct State {
            var nextNumber = 0
            var isCancelled = false
            var finished: [Int: Result<Product, any Error>] = [:]
        }

        let state = Mutex(State())
        /// Counts the products that may be begun.
        let room = DispatchSemaphore(value: 0)
        /// One for each product that can be under way: signalled when it is finished.
        let ready: [DispatchSemaphore]
        let count: Int

        init(count: Int, depth: Int) {
            self.count = count
            ready = (0..<depth).map { _ in DispatchSemaphore(value: 0) }
        }

        func work(_ make: (Int) throws -> Product) {
            while true {
                room.wait()
                let number: Int? = state.withLock { state in
                    guard !state.isCancelled, state.nextNumber < count else { return nil }
                    defer { state.nextNumber += 1 }
                    return state.nextNumber
                }
                guard let number else { return }
                let product = Result { try make(number) }
                state.withLock { $0.finished[number] = product }
                ready[number % ready.count].signal()
            }
        }
    }

    private let shared: Shared
    private let workers: Int

    /// Starts the workers.
    ///
    /// - Parameters:
    ///   - count: How many products there are.
    ///   - workers: How many threads make them.
    ///   - depth: How many products may be begun and not yet taken.
    ///   - make: Makes one product, on any thread.
    init(
        count: Int, workers: Int, depth: Int, _ make: @escaping @Sendable (Int) throws -> Product
    ) {
        let shared = Shared(count: count, depth: depth)
        self.shared = shared
        self.workers = workers
        for _ in 0..<depth { shared.room.signal() }
        for number in 0..<workers {
            let thread = Thread { shared.work(make) }
            thread.name = "data worker \(number)"
            thread.start()
        }
    }

    deinit { cancel() }

    /// Takes a product; they must be taken in order, each once.
    func take(_ number: Int) throws -> Product {
        shared.ready[number % shared.ready.count].wait()
        let product = shared.state.withLock { $0.finished.removeValue(forKey: number) }
        shared.room.signal()
        guard let product else { throw CancellationError() }
        return try product.get()
    }

    /// Lets the workers end.
    func cancel() {
        shared.state.withLock { $0.isCancelled = true }
        for _ in 0..<workers { shared.room.signal() }
    }
}
