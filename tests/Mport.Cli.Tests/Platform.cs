using System.Runtime.Versioning;

// The tests look at file modes and run bash.
[assembly: UnsupportedOSPlatform("windows")]
