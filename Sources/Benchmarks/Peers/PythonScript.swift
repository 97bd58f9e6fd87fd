/// A program for `PythonChild`: a function `prepare` that takes the arguments and gives a version and a
/// function that does the work once and gives its seconds.
struct PythonScript {
    private let body: String

    init(_ body: String) { self.body = body }

    /// The whole program.
    var text: String { Self.start + "\n" + body + "\n" + Self.end }

    private static let start = #"""
        import json, os, sys, time

        # What libraries print is no answer.
        channel = os.fdopen(os.dup(1), 'w')
        os.dup2(2, 1)


        def tell(**fields):
            channel.write(json.dumps(fields) + '\n')
            channel.flush()


        def peak_rss_bytes():
            # getrusage would count the process that started this one.
            with open('/proc/self/status') as status:
                for line in status:
                    if line.startswith('VmHWM:'):
                        return int(line.split()[1]) * 1024
        """#

    private static let end = #"""
        try:
            version, work = prepare(json.loads(sys.stdin.readline()))
            tell(version=version)
            for request in sys.stdin:
                seconds = work()
                tell(seconds=seconds, peak_rss_bytes=peak_rss_bytes())
        except ImportError as error:
            tell(problem=str(error), missing=True)
        except Exception as error:
            lines = str(error).strip().splitlines() or ['']
            tell(problem=f'{type(error).__name__}: {lines[0]}')
        """#
}
