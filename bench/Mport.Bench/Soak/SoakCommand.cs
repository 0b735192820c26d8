using System.Globalization;
using Mport.Bench.Processes;

namespace Mport.Bench.Soak;

/// <summary><c>soak FOLDER MINUTES</c></summary>
internal static class SoakCommand
{
    /// <summary>Runs it.</summary>
    public static async Task<int> RunAsync(string folder, string minutes)
    {
        await using var scene = new SoakScene(folder);
        try
        {
            return await new SoakRun(scene, TimeSpan.FromMinutes(double.Parse(minutes, CultureInfo.InvariantCulture))).RunAsync();
        }
        catch (BenchException failure)
        {
            Console.Error.WriteLine($"soak: {failure.Message}");
            return 1;
        }
    }
}
