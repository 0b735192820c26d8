namespace Mport.Repository.Tests.Docs;

public sealed class ErrorsPageTests
{
    [Fact]
    public void ErrorsPage_IsWhatTheCatalogueSays()
    {
        if (Environment.GetEnvironmentVariable("UPDATE") == "1")
        {
            File.WriteAllText(Path.Combine(SourceTree.Root, ErrorsPage.Path), ErrorsPage.Generate());
        }

        Assert.Equal(ErrorsPage.Generate(), SourceTree.Read(ErrorsPage.Path));
    }
}
