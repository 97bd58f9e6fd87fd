internal import COneDNN

extension KernelLibrary {
    /// Calls `body` for every part of `0..<count`, the parts shared among the kernel threads.
    ///
    /// Parts have a fixed size, so that what they come to does not depend on the number of threads. The
    /// threads are those of the kernel library: a second pool would fight it for the cores.
    func inParallel(_ count: Int, partSize: Int, _ body: (_ part: Range<Int>) -> Void) {
        let loop = ParallelLoop(count: count, partSize: partSize)
        let threads = min(threadCount, loop.partCount)
        guard threads > 1 else {
            return loop.parts(of: 0, among: 1).forEach { body(loop.part($0)) }
        }
        withoutActuallyEscaping(body) { body in
            var team = Team(loop: loop, body: body)
            unsafe withUnsafeMutablePointer(to: &team) { team in
                unsafe GOMP_parallel(runShare, team, UInt32(threads), 0)
            }
        }
    }
}

/// How a range is cut into parts, and those into shares of neighbours.
private struct ParallelLoop {
    let count: Int
    let partSize: Int

    var partCount: Int { (count + partSize - 1) / partSize }

    func part(_ number: Int) -> Range<Int> {
        number * partSize..<min(count, (number + 1) * partSize)
    }

    func parts(of thread: Int, among threads: Int) -> Range<Int> {
        thread * partCount / threads..<(thread + 1) * partCount / threads
    }
}

private struct Team {
    let loop: ParallelLoop
    let body: (Range<Int>) -> Void
}

/// What every thread of a team does.
private func runShare(_ data: UnsafeMutableRawPointer?) {
    guard let data = unsafe data else { return }
    let team = unsafe data.assumingMemoryBound(to: Team.self).pointee
    let share = team.loop.parts(
        of: Int(omp_get_thread_num()), among: Int(omp_get_num_threads()))
    for number in share { team.body(team.loop.part(number)) }
}
