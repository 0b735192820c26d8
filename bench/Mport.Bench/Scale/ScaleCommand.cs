using Mport.Bench.Processes;

namespace Mport.Bench.Scale;

/// <summary><c>scale FOLDER [quick] [small] [-- EDGE OPTION…]</c></summary>
internal static class ScaleCommand
{
    /// <summary>Runs it.</summary>
    public static async Task<int> RunAsync(string[] words)
    {
        var dashes = Array.IndexOf(words, "--");
        var own = dashes < 0 ? words : words[..dashes];
        var options = (own.Contains("quick") ? ScaleOptions.Quick : ScaleOptions.Full) with { EdgeOptions = dashes < 0 ? [] : words[(dashes + 1)..] };
        try
        {
            return await new ScaleRun(own.Contains("small") ? options.OnSmallServer : options, own[0]).RunAsync();
        }
        catch (BenchException failure)
        {
            Console.Error.WriteLine($"bench: {failure.Message}");
            return 1;
        }
    }
}
