import type { Aggregate, Cycle, Filter, Grain } from '../../../contract/plan.ts'
import { Phrasebook } from './phrasebook.ts'
import type { TimeStep } from './sketch.ts'

/** What a word of the language does in a question on several tables. `property` names what an adjective speaks of. */
export type Act =
  | { readonly act: 'aggregate'; readonly aggregate: Aggregate }
  | {
      readonly act:
        | 'ask'
        | 'filler'
        | 'distinct'
        | 'where'
        | 'of'
        | 'each'
        | 'by'
        | 'order'
        | 'is'
        | 'not'
        | 'without'
        | 'and'
        | 'or'
        | 'both'
        | 'between'
        | 'top'
        | 'average'
        | 'everything'
        | 'null'
        | 'unsupported'
    }
  | { readonly act: 'time'; readonly step: TimeStep }
  | { readonly act: 'direction'; readonly descending: boolean }
  | { readonly act: 'extreme'; readonly descending: boolean; readonly counts?: boolean; readonly property?: readonly string[] }
  | { readonly act: 'compare'; readonly operator: Filter['operator']; readonly property?: readonly string[] }

const { say, meaningOf } = new Phrasebook<Act>()

say(
  { act: 'filler' },
  'a,an,the,there,do,does,did,have,has,had,be,been,being,all,any,some,me,i,we,us,our,my,you,your,can,could,would,please,this,these,those,it,its,they,them,their,his,her,he,she,want,like,know,so,now,then,also,value,values,given,available,as,along,together,respectively,corresponding,respective,associated,related,belonging,belong,belongs,exist,exists,existing,s,ever,total of,entire,overall,kind,kinds,own,out,up,been to,ones,well,record,records,recorded,entry,entries,possible,whole,database,table,system,currently,already,themselves,made,make,makes,get,got,gets,has ever,have ever,time,times,here,different kind,will,should,into,about,among,under the name,using,use,used,uses,taken,named as,called,named,titled,name is,labeled,based on,each of,in the database,by all,by any,by the,in total,altogether,once,either,than,for all,of all,across all,across,in all,all the,of all the,for all the,who,whom,presently,full,just,people who,more than one time,work,works,worked,working,work in,work for,works for,live,lives,lived,living,play,plays,played,playing,teach,teaches,taught,teaching,take,takes,took,taking,offer,offers,offered,offering,receive,receives,received,hold,holds,held,buy,buys,bought,purchase,purchased,register,registered,enroll,enrolled,enrolls,attend,attends,attended,participate,participates,participated,join,joined,contribute,provide,provides,provided,produce,produces,produced,come,comes,came,go,goes,went,serve,serves,served,host,hosts,hosted,hosting,happen,happened,occur,occurred,appear,appears,appeared,start,started,starts,travel,traveled,travels,run,runs,ran,win,won,lead,leads,led,manage,manages,managed,supply,supplies,supplied,pay,paid,earn,earns,earned,request,requested,hire,hired,born,build,built,create,created,open,opened,close,closed,use,sell,sells,sold,send,sent,receive,perform,performed,submit,submitted,contained,has been,have been,associated with,belonging to,belong to,belongs to,share,shares,need,needs,needed,require,requires,required,support,supports,supported,publish,published,release,released,direct,directed,sign,signed,affiliated,involved,involve,involves,operate,operates,operated,fly,flies,flew,arrive,arriving,depart,departing,grow,visit,visited,visits,study,studying,studies,fall,falls,assigned,located,situated,stay,stayed,staying,treat,treated,prescribed,ordered,completed,obtained,attained,achieved,wrote,written,spoken,speaks,speak,shown,listed,placed,keep,keeps,kept,carry,carries,drive,drives,owned,owns,own,have had,containing all,was held,used by,used in',
)
say(
  { act: 'ask' },
  'show,list,give,display,return,find,see,select,tell,print,show me,give me,tell me,find out,list out,fetch,what,what is,what are,what was,what were,which,who,who is,who are,how,compute,calculate,count up,provide,sort out,identify,get me,let me know,i want to know,please show,please list,retrieve,look up,state,describe',
)
say(
  { act: 'aggregate', aggregate: 'count' },
  'how many,number of,numbers of,count,count the number of,count of,counts of,total number of,quantity of,how many times,how often,the amount of',
)
say({ act: 'aggregate', aggregate: 'sum' }, 'total,sum,sum of,total sum of,total amount of,combined,summed,how much')
say({ act: 'aggregate', aggregate: 'average' }, 'average,mean,avg,average number of,on average')
say({ act: 'aggregate', aggregate: 'min' }, 'minimum,min,minimal')
say({ act: 'aggregate', aggregate: 'max' }, 'maximum,max,maximal')
say({ act: 'distinct' }, 'distinct,different,unique,various,distinctive')
say(
  { act: 'where' },
  'where,whose,with,that,that have,that has,who have,who has,which have,which has,having,when,whom,for which,in which,at which,for whom,to which,for,in,from,on,at,by which,to,during,while,if,only,owned by,through,via,within,inside,who,which,located in,made by,written by,of which,after which',
)
say({ act: 'of' }, 'of')
say(
  { act: 'each' },
  'each,every,per,for the different,across the different,in the different,for all different,for all the different,for each,for every,of each,in each,at each,by each,on each,grouped by,group by,across different,broken down by,from each,for different,for each of,in every,of every,within each,of different,in different,with each,to each',
)
say({ act: 'by' }, 'by,according to,based on their')
say(
  { act: 'order' },
  'sorted by,sort by,ordered by,order by,sort,sorted,order,ordered,ranked by,rank by,arranged by,in order of,sort them by,order them by,in the order of,in order by,listed by,listed in order of,sorted in order of,ordered in terms of,sort the results by,order the results by,sort the list by,sorted according to,ordered according to,rank,ranked,arrange,arranged',
)
for (const [descending, words] of [
  [
    true,
    'descending,desc,decreasing,reverse,reverse alphabetical,descending alphabetical,reversed alphabetical,reverse lexicographical,descending lexicographic',
  ],
  [
    false,
    'ascending,asc,increasing,alphabetical,lexicographical,alphabetic,lexicographic,ascending alphabetical,chronological,reverse chronological',
  ],
] as const)
  for (const word of words.split(','))
    say(
      { act: 'direction', descending },
      [
        word,
        `in ${word} order`,
        `in ${word}`,
        `in ${word} order of`,
        `in ${word} order by`,
        `by ${word} order of`,
        `in the ${word} order of`,
        `in the ${word} order`,
        `${word} order`,
        `${word} order of`,
        `${word} by`,
        `from ${word}`,
        `sorted in ${word} order by`,
        `sorted in ${word} order of`,
        `ordered in ${word} order by`,
        `ordered in ${word} order of`,
        `order by ${word}`,
        `in ${word} order according to`,
      ].join(','),
    )
say(
  { act: 'direction', descending: false },
  'alphabetically,alphabetically ordered,alphabetically sorted,ordered alphabetically,sorted alphabetically,from low to high,low to high,from lowest to highest,from youngest to oldest,from least to most,from earliest to latest,from smallest to largest,from the lowest to the highest,from oldest to newest,from young to old,from short to long,from a to z,lexicographically,from small to large,from the youngest to the oldest,from earliest to most recent,from the earliest to the latest,from the oldest to the newest,from the oldest to the most recent,from oldest to most recent',
)
say(
  { act: 'direction', descending: true },
  'from high to low,high to low,from highest to lowest,from oldest to youngest,from most to least,from latest to earliest,from largest to smallest,from the highest to the lowest,from newest to oldest,from most recent to earliest,from old to young,from long to short,from large to small,from the oldest to the youngest,from most recent to oldest,from the most recent to the oldest,from the most recent to the earliest,from the newest to the oldest,from the latest to the earliest,from the latest to the oldest,highest first,largest first',
)
say({ act: 'is' }, 'is,are,was,were,equals,equal to,equal,is equal to,=,is exactly,exactly,equals to')
say(
  { act: 'not' },
  'not,is not,are not,was not,were not,except,excluding,other than,except for,but not,not from,not in,isn,aren,does not equal to,not equal to,is not equal to,rather than,outside of,outside',
)
say(
  { act: 'without' },
  'without,without any,without a,no,do not have,does not have,do not have any,does not have any,did not have,have no,has no,with no,do not,does not,did not,have not,has not,had not,never,don,doesn,didn,haven,hasn,have never,has never,not have,not have any,that are not in,never been,cannot,not been,have not been,has not been,were never,was never,do not have a,does not have a,don t,doesn t,didn t,don t have,doesn t have,haven t,hasn t',
)
say(
  { act: 'and' },
  'and,as well as,along with,together with,with their,and their,and its,and the,plus,and also,with its,with the corresponding',
)
say({ act: 'or' }, 'or')
say({ act: 'both' }, 'both')
say({ act: 'between' }, 'between,is between,ranging from,in the range,in the range of,in the range from')
say({ act: 'top' }, 'top,first,the top')
say(
  { act: 'everything' },
  'all information,all the information,information,details,detail,all details,all the details,everything,full information,info,complete information,data',
)
say({ act: 'null' }, 'null,missing,empty,blank')
say(
  { act: 'unsupported' },
  'percentage of,proportion of,median,difference between,ratio of,standard deviation,correlation,percent of',
)

for (const [grain, words] of [
  ['day', 'day,days'],
  ['week', 'week,weeks'],
  ['month', 'month,months'],
  ['quarter', 'quarter,quarters'],
  ['year', 'year,years'],
] as const satisfies readonly (readonly [Grain, string])[])
  say({ act: 'time', step: { grain } }, words)
for (const [cycle, words] of [
  ['weekday', 'weekday,weekdays,week day,week days,day of the week,days of the week,day of week,days of week'],
  ['month', 'month of the year,months of the year,month of year,calendar month'],
  ['quarter', 'quarter of the year,quarters of the year,quarter of year,calendar quarter'],
] as const satisfies readonly (readonly [Cycle, string])[])
  say({ act: 'time', step: { cycle } }, words)

const extreme = (descending: boolean, words: string, property?: readonly string[], counts = false): void =>
  say({ act: 'extreme', descending, ...(property ? { property } : {}), ...(counts ? { counts } : {}) }, words)
extreme(true, 'highest,greatest,maximum number of,best,largest amount of,strongest,top scoring,deepest')
extreme(false, 'lowest,worst,smallest amount of,weakest')
extreme(true, 'largest,biggest', ['area', 'size', 'population', 'capacity'])
extreme(false, 'smallest', ['area', 'size', 'population', 'capacity'])
extreme(
  true,
  'most,most number of,highest number of,largest number of,greatest number of,most common,most frequent,most popular,most often,most frequently,most commonly,the most number of,maximum count of,most commonly used,most frequently used,most total number of,largest count of,highest count of,biggest number of,more than any other',
  undefined,
  true,
)
extreme(
  false,
  'fewest,least,lowest number of,smallest number of,fewest number of,least number of,least common,least frequent,rarest,least popular,minimum number of,least often,least commonly used,least frequently used',
  undefined,
  true,
)
extreme(true, 'latest,newest,most recent,most recently,last', ['date', 'year', 'time', 'age'])
extreme(false, 'earliest,least recent,least recently', ['date', 'year', 'time', 'age'])
extreme(true, 'oldest,eldest', ['age', 'birthday', 'year', 'date'])
extreme(false, 'youngest', ['age', 'birthday', 'year', 'date'])
extreme(true, 'longest', ['length', 'duration', 'height', 'distance', 'time'])
extreme(false, 'shortest', ['length', 'duration', 'height', 'distance', 'time'])
extreme(true, 'tallest', ['height', 'length'])
extreme(true, 'heaviest', ['weight', 'mass'])
extreme(false, 'lightest', ['weight', 'mass'])
extreme(false, 'cheapest,least expensive', ['price', 'cost', 'fee', 'fare'])
extreme(true, 'most expensive,priciest,costliest,most costly', ['price', 'cost', 'fee', 'fare'])
extreme(true, 'fastest,quickest', ['speed', 'time', 'lap'])
extreme(false, 'slowest', ['speed'])
extreme(true, 'richest,wealthiest', ['money', 'wealth', 'balance', 'salary', 'income'])
extreme(true, 'hottest,warmest', ['temperature'])
extreme(false, 'coldest', ['temperature'])

const compare = (operator: Filter['operator'], words: string, property?: readonly string[]): void => {
  for (const word of words.split(','))
    say(
      { act: 'compare', operator, ...(property ? { property } : {}) },
      `${word},is ${word},are ${word},was ${word},were ${word}`,
    )
}
compare(
  '>',
  'over,above,more than,greater than,larger than,bigger than,higher than,exceeding,exceeds,exceed,>,no fewer than above,better than,more,strictly more than,that exceeds,larger,greater,higher',
)
compare(
  '>=',
  'at least,>=,no less than,not less than,or more,greater than or equal to,no fewer than,not fewer than,more than or equal to,a minimum of',
)
compare('<', 'under,below,less than,fewer than,smaller than,lower than,<,worse than,lower,smaller,fewer,less')
compare('<=', 'at most,<=,no more than,not more than,up to,less than or equal to,a maximum of')
compare('!=', '!=,<>,different from,not equal')
compare(
  'contains',
  'contains,containing,contain,including,include,includes,with the word,has the word,with the substring,contains the word,containing the word,has the substring,have the substring,contain the word,has the letter,contains the letter,with the letter,have the letter,contain the letter,containing the letter,contains the substring,containing the substring,contains letter,includes the word,including the word,contains the phrase,like,the letter,the letters,with the letters,have the letters,has the letters,contains the letters,containing the letters',
)
compare(
  'starts-with',
  'starts with,start with,starting with,begins with,begin with,beginning with,starts with the letter,start with the letter,starting with the letter,begins with the letter,begin with the letter,beginning with the letter,started with,starts with letter,start with letter,begins with letter,prefix,with prefix,has prefix,with the prefix',
)
compare(
  'ends-with',
  'ends with,end with,ending with,ends with the letter,ending with the letter,ended with,ends in,ending in,end with the letter,suffix,with suffix',
)
compare('>', 'older than', ['age', 'birthday'])
compare('<', 'younger than', ['age', 'birthday'])
compare('>', 'taller than', ['height'])
compare('>', 'longer than', ['length', 'duration', 'time', 'distance'])
compare('<', 'shorter than', ['length', 'duration', 'height', 'time', 'distance'])
compare('>', 'heavier than', ['weight'])
compare('<', 'lighter than', ['weight'])
compare('<', 'cheaper than', ['price', 'cost', 'fee'])
compare('>', 'more expensive than', ['price', 'cost', 'fee'])
compare('>', 'after,later than,since,newer than', ['date', 'year', 'time'])
compare('<', 'before,earlier than,prior to', ['date', 'year', 'time'])

export const LONGEST_ACT = 6

/** What a phrase does: words in lower case, one space between. */
export const actOf = meaningOf
