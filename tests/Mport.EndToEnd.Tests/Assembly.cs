using System.Runtime.Versioning;
using Mport.EndToEnd.Tests.Kit;

// These tests need the built programs, and each runs several processes: more than two tests at a time only wait for each other.
[assembly: Trait("Category", "Programs")]
[assembly: CollectionBehavior(MaxParallelThreads = 2)]
[assembly: AssemblyFixture(typeof(SharedEdge))]

// Signals, /proc and the programs that are started are Linux's.
[assembly: SupportedOSPlatform("linux")]
