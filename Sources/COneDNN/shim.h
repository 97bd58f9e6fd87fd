#include <dnnl.h>
// dnnl_status2str, for error messages.
#include <dnnl_debug.h>

#if DNNL_VERSION_MAJOR != 2
#error "MMRunner is written for oneDNN 2.x (Debian 12 has 2.6); the API of other versions differs"
#endif

// libgomp's thread count. Declared here because <omp.h> lies in a compiler's private folder that
// Swift's importer does not search; the functions have had these signatures since OpenMP 2.
void omp_set_num_threads(int count);
int omp_get_max_threads(void);
void omp_set_dynamic(int enabled);
int omp_get_thread_num(void);
int omp_get_num_threads(void);

// What compilers call for `#pragma omp parallel` ("The libgomp ABI" in GCC's manual): runs a function on
// each thread of a team, the caller included, and returns when all are done.
void GOMP_parallel(void (*function)(void *), void *data, unsigned threads, unsigned flags);
